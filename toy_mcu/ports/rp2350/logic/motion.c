#include "rp2350/logic/motion.h"

enum { CSR = 0x00, DIV = 0x04, CC = 0x0C, TOP = 0x10, SLICE_BYTES = 0x14, SLICES = 8, ENABLE = 1 };
enum { SIXTEENTHS = 16, DIVIDER_MOST = 0xFFF, DIVIDER_LEAST = 0x10 };
enum { COIN_HZ = 20000, COIN_TOP = 254, SERVO_TICK_HZ = 1000000, SERVO_TOP = 19999 };
enum { SERVO_REST_US = 1000, SERVO_SPAN_US = 400 };

toy_status_t rp_motion_start(rp_motion_t *motion, rp_motion_kind_t kind, uint32_t pin, uint32_t sys_hz,
                             const rp_registers_t *pwm)
{
    const bool coin = kind == RP_MOTION_COIN;
    const uint32_t tick_hz = coin ? (uint32_t)COIN_HZ * (COIN_TOP + 1u) : (uint32_t)SERVO_TICK_HZ;
    const uint32_t divider = (uint32_t)(((uint64_t)sys_hz * SIXTEENTHS + tick_hz / 2u) / tick_hz);
    if (divider < DIVIDER_LEAST || divider > DIVIDER_MOST || pin >= 32u) {
        return TOY_ERR_ARG;
    }
    *motion = (rp_motion_t){.kind = kind, .slice = pin / 2u % SLICES * SLICE_BYTES, .upper = pin % 2u != 0u};
    pwm->write(pwm->context, motion->slice + DIV, divider);
    pwm->write(pwm->context, motion->slice + TOP, coin ? COIN_TOP : SERVO_TOP);
    rp_motion_set(motion, 0, true, pwm);
    pwm->write(pwm->context, motion->slice + CSR, ENABLE);
    return TOY_OK;
}

void rp_motion_set(const rp_motion_t *motion, uint8_t far, bool cut, const rp_registers_t *pwm)
{
    uint32_t high = 0;
    if (!cut) {
        high = motion->kind == RP_MOTION_COIN ? far : SERVO_REST_US + (uint32_t)far * SERVO_SPAN_US / 255u;
    }
    pwm->write(pwm->context, motion->slice + CC, motion->upper ? high << 16 : high);
}
