/* Every row of the table in shutoff.h: when it cuts, what, and when it is over. */
#include "rp2350/logic/shutoff.h"
#include "toy_test.h"

static const rp_senses_t WELL = {.cell_millivolts = 3800, .motor_milliamperes = 60, .chip_c = 35, .cell_c = 25, .has_thermistor = true};
enum { ALL = RP_CUT_MOTOR | RP_CUT_LLAMA | RP_CUT_AMPLIFIER };

static uint8_t run(rp_shutoff_t *shutoff, rp_senses_t senses, uint32_t ms)
{
    uint8_t cut = 0;
    for (uint32_t at = 0; at < ms; at += RP_SHUTOFF_STEP_MS) {
        cut = rp_shutoff_step(shutoff, &senses);
    }
    return cut;
}

static void nothing_is_cut_when_all_is_well(void)
{
    rp_shutoff_t shutoff;
    rp_shutoff_init(&shutoff, false);
    TOY_CHECK_INT(run(&shutoff, WELL, 60000), 0);
}

static void a_low_cell(void)
{
    rp_shutoff_t shutoff;
    rp_senses_t senses = WELL;
    rp_shutoff_init(&shutoff, false);
    senses.cell_millivolts = 3290;
    TOY_CHECK_INT(run(&shutoff, senses, 90), 0); /* a syllable's dip */
    TOY_CHECK_INT(run(&shutoff, WELL, 10), 0);
    TOY_CHECK_INT(run(&shutoff, senses, 100), RP_CUT_MOTOR | RP_CUT_LLAMA);
    senses.cell_millivolts = 3400; /* it recovers because the motor stopped: no reason to start it again */
    TOY_CHECK_INT(run(&shutoff, senses, 60000), RP_CUT_MOTOR | RP_CUT_LLAMA);
    senses.cell_millivolts = 3460;
    TOY_CHECK_INT(run(&shutoff, senses, 4990), RP_CUT_MOTOR | RP_CUT_LLAMA);
    TOY_CHECK_INT(run(&shutoff, senses, 10), 0);
}

static void an_empty_cell(void)
{
    rp_shutoff_t shutoff;
    rp_senses_t senses = WELL;
    rp_shutoff_init(&shutoff, false);
    senses.cell_millivolts = 3090;
    TOY_CHECK_INT(run(&shutoff, senses, 100), ALL);
    TOY_CHECK(shutoff.active[RP_REASON_CELL_EMPTY]);
}

static void heat(void)
{
    rp_shutoff_t shutoff;
    rp_senses_t senses = WELL;
    rp_shutoff_init(&shutoff, false);
    senses.chip_c = 81;
    TOY_CHECK_INT(run(&shutoff, senses, 10), RP_CUT_LLAMA);
    senses.chip_c = 75;
    TOY_CHECK_INT(run(&shutoff, senses, 1000), RP_CUT_LLAMA);
    senses.chip_c = 69;
    TOY_CHECK_INT(run(&shutoff, senses, 10), 0);
    senses.cell_c = 51;
    TOY_CHECK_INT(run(&shutoff, senses, 10), ALL);
    senses.cell_c = 46;
    TOY_CHECK_INT(run(&shutoff, senses, 1000), ALL);
    senses.cell_c = 44;
    TOY_CHECK_INT(run(&shutoff, senses, 10), 0);
    senses.cell_c = -1;
    TOY_CHECK_INT(run(&shutoff, senses, 10), ALL);
}

static void no_thermistor_is_no_licence(void)
{
    rp_shutoff_t shutoff;
    rp_senses_t senses = WELL;
    rp_shutoff_init(&shutoff, false);
    senses.has_thermistor = false;
    TOY_CHECK_INT(run(&shutoff, senses, 10), ALL);
    TOY_CHECK_INT(run(&shutoff, WELL, 10), 0);
}

static void a_motor_that_is_held(void)
{
    rp_shutoff_t shutoff;
    rp_senses_t held = WELL;
    rp_shutoff_init(&shutoff, false);
    held.motor_milliamperes = 400;
    TOY_CHECK_INT(run(&shutoff, held, 490), 0); /* starting takes as much */
    for (unsigned time = 0; time < 2u; ++time) {
        TOY_CHECK_INT(run(&shutoff, held, time == 0u ? 10 : 500), RP_CUT_MOTOR);
        TOY_CHECK_INT(run(&shutoff, WELL, 9990), RP_CUT_MOTOR);
        TOY_CHECK_INT(run(&shutoff, WELL, 10), 0);
    }
    TOY_CHECK_INT(run(&shutoff, held, 500), RP_CUT_MOTOR);
    TOY_CHECK_INT(run(&shutoff, WELL, 600000), RP_CUT_MOTOR); /* the third time for good */
}

static void a_silent_core(void)
{
    rp_shutoff_t shutoff;
    rp_senses_t senses = WELL;
    rp_shutoff_init(&shutoff, false);
    senses.core0_silent_ms = 200;
    TOY_CHECK_INT(run(&shutoff, senses, 10), 0);
    senses.core0_silent_ms = 210;
    TOY_CHECK_INT(run(&shutoff, senses, 10), RP_CUT_MOTOR | RP_CUT_AMPLIFIER);
    TOY_CHECK_INT(run(&shutoff, WELL, 10), 0);
}

static void after_a_watchdog_the_motor_waits(void)
{
    rp_shutoff_t shutoff;
    rp_shutoff_init(&shutoff, true);
    TOY_CHECK_INT(run(&shutoff, WELL, 9990), RP_CUT_MOTOR);
    TOY_CHECK_INT(run(&shutoff, WELL, 10), 0);
}

static void reasons_add_up(void)
{
    rp_shutoff_t shutoff;
    rp_senses_t senses = WELL;
    rp_shutoff_init(&shutoff, false);
    senses.chip_c = 90;
    senses.core0_silent_ms = 1000;
    TOY_CHECK_INT(run(&shutoff, senses, 10), ALL);
}

int main(void)
{
    TOY_RUN(nothing_is_cut_when_all_is_well);
    TOY_RUN(a_low_cell);
    TOY_RUN(an_empty_cell);
    TOY_RUN(heat);
    TOY_RUN(no_thermistor_is_no_licence);
    TOY_RUN(a_motor_that_is_held);
    TOY_RUN(a_silent_core);
    TOY_RUN(after_a_watchdog_the_motor_waits);
    TOY_RUN(reasons_add_up);
    TOY_DONE();
}
