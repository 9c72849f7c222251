/* motion.h - what hangs on the motor's pin, as registers of one PWM slice: a coin motor's strength, or a servo's pulse.
 * In      which of the two, the pin, the system clock; how far, 0 to 255, or cut
 * Out     DIV, TOP, CC and CSR of the pin's slice, in this order: nothing moves before CC is 0
 * Memory  rp_motion_t
 * Errors  TOY_ERR_ARG: a clock that the divider of 8.4 bits cannot bring down
 * Source  RP2350 datasheet 12.5 "PWM": a slice every 14h bytes, GPIO n below 32 is slice n / 2 modulo 8, odd ones channel B in the
 *         upper half of CC; CSR 00h (EN bit 0), DIV 04h (INT << 4 | FRAC), CC 0Ch, TOP 10h */
#ifndef RP2350_MOTION_H
#define RP2350_MOTION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "rp2350/logic/registers.h"

typedef enum {
    RP_MOTION_COIN, /* 20 kHz, above hearing; 255 is full strength */
    RP_MOTION_SERVO /* 50 Hz, 1.0 to 1.4 ms; no pulse at all lets it go limp */
} rp_motion_kind_t;

typedef struct {
    rp_motion_kind_t kind;
    uint32_t slice; /* offset of its registers */
    bool upper;     /* channel B */
} rp_motion_t;

TOY_MUST_USE toy_status_t rp_motion_start(rp_motion_t *motion, rp_motion_kind_t kind, uint32_t pin, uint32_t sys_hz,
                                          const rp_registers_t *pwm);
void rp_motion_set(const rp_motion_t *motion, uint8_t far, bool cut, const rp_registers_t *pwm);

#endif
