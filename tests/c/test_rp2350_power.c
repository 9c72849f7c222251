/* The cell: readings, charge, and hours predicted from datasheets' currents. */
#include "rp2350/logic/power.h"
#include "toy_test.h"

static void readings_become_units(void)
{
    TOY_CHECK_INT(rp_cell_millivolts(4095) / 10, 659);
    TOY_CHECK_INT(rp_cell_millivolts(2296), 3699);       /* 1.85 V behind the divider */
    TOY_CHECK_INT(rp_motor_milliamperes(434), 349);      /* 0.35 V over 1 ohm */
    TOY_CHECK_INT(rp_chip_celsius(876), 27);             /* 0.706 V */
    TOY_CHECK_INT(rp_chip_celsius(768), 77);             /* 0.706 V - 50 * 1.721 mV = 0.620 V: 769 */
}

/* 10k at 25 C, B 3950: 32.65k at 0, 8.04k at 30, 3.59k at 50 C. */
static void the_thermistor_gives_degrees(void)
{
    static const struct {
        uint16_t reading;
        int16_t celsius;
    } points[4] = {{2048, 25}, {3157, 0}, {1825, 30}, {1082, 50}};
    for (unsigned i = 0; i < 4u; ++i) {
        int16_t celsius = -99;
        TOY_CHECK(rp_thermistor(points[i].reading, &celsius));
        TOY_CHECK(celsius >= points[i].celsius - 1 && celsius <= points[i].celsius + 1);
    }
    int16_t none;
    TOY_CHECK(!rp_thermistor(4095, &none)); /* open */
    TOY_CHECK(!rp_thermistor(0, &none));    /* shorted */
}

static void charge_rises_with_voltage(void)
{
    uint8_t last = 0;
    for (uint16_t millivolts = 3000; millivolts <= 4300u; ++millivolts) {
        const uint8_t percent = rp_cell_percent(millivolts);
        TOY_CHECK(percent >= last && percent <= 100u && percent - last <= 1);
        last = percent;
    }
    TOY_CHECK_INT(rp_cell_percent(3300), 0);
    TOY_CHECK_INT(rp_cell_percent(3800), 50);
    TOY_CHECK_INT(rp_cell_percent(4200), 100);
}

static void every_part_costs_and_every_state_costs_more_than_sleep(void)
{
    const rp_power_parts_t bare = {.sys_mhz = 150};
    const rp_power_parts_t full = {.radio = true, .psram = true, .ring = true, .motor = true, .sys_mhz = 150};
    const rp_power_parts_t fast = {.sys_mhz = 200};
    for (unsigned state = 0; state < RP_POWER_STATES; ++state) {
        const rp_power_state_t at = (rp_power_state_t)state;
        TOY_CHECK(rp_power_microamperes(at, &full) > rp_power_microamperes(at, &bare));
        TOY_CHECK(rp_power_microamperes(at, &fast) > rp_power_microamperes(at, &bare));
        TOY_CHECK(state == 0u || rp_power_microamperes(at, &bare) > rp_power_microamperes(RP_POWER_ASLEEP, &bare));
    }
    /* By hand: (6000 + 11000 * 8% + 1400 + 45000) * 3.3 / (3.7 * 0.85). */
    TOY_CHECK_INT(rp_power_microamperes(RP_POWER_SPEAKING, &bare), 55905);
}

static void hours_on_a_stated_cell(void)
{
    const rp_power_parts_t parts = {.radio = true, .ring = true, .sys_mhz = 150};
    /* An afternoon: 85% at rest, 5% listening, 2% thinking, 8% speaking; a cell of 1,200 mAh. */
    static const uint8_t afternoon[RP_POWER_STATES] = {0, 85, 5, 2, 8}, asleep[RP_POWER_STATES] = {100, 0, 0, 0, 0};
    const uint32_t busy = rp_power_tenths_of_hours(1200, afternoon, &parts);
    printf("     predicted, not measured: %u.%u h at play, %u h asleep on 1,200 mAh\n", (unsigned)busy / 10u,
           (unsigned)busy % 10u, (unsigned)rp_power_tenths_of_hours(1200, asleep, &parts) / 10u);
    TOY_CHECK(busy > 100u && busy < 400u);
    TOY_CHECK(rp_power_tenths_of_hours(1200, asleep, &parts) > busy);
    TOY_CHECK_INT(rp_power_tenths_of_hours(2400, afternoon, &parts) / 10u, busy * 2u / 10u);
}

int main(void)
{
    TOY_RUN(readings_become_units);
    TOY_RUN(the_thermistor_gives_degrees);
    TOY_RUN(charge_rises_with_voltage);
    TOY_RUN(every_part_costs_and_every_state_costs_more_than_sleep);
    TOY_RUN(hours_on_a_stated_cell);
    TOY_DONE();
}
