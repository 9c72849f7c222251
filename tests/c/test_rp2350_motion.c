/* The motor's PWM slice, register by register, against numbers worked out by hand from the data sheet. */
#include "rp2350/logic/motion.h"
#include "register_capture.h"
#include "toy_test.h"

enum { MOTOR_PIN = 9 }; /* slice 4 at 50h, channel B: the upper half of CC */

/*                 150 MHz                               200 MHz
 * coin   DIV      150e6 / (20e3 * 255) = 29.41          39.22 = 39 + 3/16 -> 0x273
 *                 = 29 + 7/16 -> 0x1D7
 * servo  DIV      150 -> 0x960                          200 -> 0xC80 */
static void the_registers_are_those_of_the_table(void)
{
    static const struct {
        rp_motion_kind_t kind;
        uint32_t hz, div, top;
    } rows[4] = {{RP_MOTION_COIN, 150000000, 0x1D7, 254},
                 {RP_MOTION_COIN, 200000000, 0x273, 254},
                 {RP_MOTION_SERVO, 150000000, 0x960, 19999},
                 {RP_MOTION_SERVO, 200000000, 0xC80, 19999}};
    for (unsigned row = 0; row < 4u; ++row) {
        rp_motion_t motion;
        capture_t seen = {.count = 0};
        const rp_registers_t pwm = {&seen, capture};
        TOY_CHECK_INT(rp_motion_start(&motion, rows[row].kind, MOTOR_PIN, rows[row].hz, &pwm), TOY_OK);
        const uint32_t expected[4][2] = {{0x54, rows[row].div}, {0x60, rows[row].top}, {0x5C, 0}, {0x50, 1}};
        TOY_CHECK_INT(seen.count, 4);
        for (unsigned i = 0; i < 4u; ++i) {
            TOY_CHECK_INT(seen.offset[i], expected[i][0]);
            TOY_CHECK_INT(seen.value[i], expected[i][1]);
        }
    }
}

static uint32_t set_to(rp_motion_kind_t kind, uint32_t pin, uint8_t far, bool cut)
{
    rp_motion_t motion;
    capture_t seen = {.count = 0};
    const rp_registers_t pwm = {&seen, capture};
    TOY_CHECK_INT(rp_motion_start(&motion, kind, pin, 150000000, &pwm), TOY_OK);
    rp_motion_set(&motion, far, cut, &pwm);
    TOY_CHECK_INT(seen.count, 5);
    return seen.value[4];
}

static void far_is_strength_or_a_pulse(void)
{
    TOY_CHECK_INT(set_to(RP_MOTION_COIN, 9, 0, false), 0);
    TOY_CHECK_INT(set_to(RP_MOTION_COIN, 9, 255, false), 255u << 16); /* above TOP: high all the time */
    TOY_CHECK_INT(set_to(RP_MOTION_COIN, 8, 128, false), 128);
    TOY_CHECK_INT(set_to(RP_MOTION_SERVO, 9, 0, false), 1000u << 16);
    TOY_CHECK_INT(set_to(RP_MOTION_SERVO, 9, 255, false), 1400u << 16);
}

static void cut_is_no_pulse_whatever_is_wanted(void)
{
    TOY_CHECK_INT(set_to(RP_MOTION_COIN, 9, 255, true), 0);
    TOY_CHECK_INT(set_to(RP_MOTION_SERVO, 9, 255, true), 0);
}

static void what_cannot_be_divided_is_refused(void)
{
    rp_motion_t motion;
    capture_t seen = {.count = 0};
    const rp_registers_t pwm = {&seen, capture};
    TOY_CHECK_INT(rp_motion_start(&motion, RP_MOTION_SERVO, MOTOR_PIN, 300000000, &pwm), TOY_ERR_ARG);
    TOY_CHECK_INT(rp_motion_start(&motion, RP_MOTION_COIN, MOTOR_PIN, 1000000, &pwm), TOY_ERR_ARG);
    TOY_CHECK_INT(rp_motion_start(&motion, RP_MOTION_COIN, 40, 150000000, &pwm), TOY_ERR_ARG);
    TOY_CHECK_INT(seen.count, 0);
}

int main(void)
{
    TOY_RUN(the_registers_are_those_of_the_table);
    TOY_RUN(far_is_strength_or_a_pulse);
    TOY_RUN(cut_is_no_pulse_whatever_is_wanted);
    TOY_RUN(what_cannot_be_divided_is_refused);
    TOY_DONE();
}
