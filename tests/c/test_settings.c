#include "app/allowance.h"
#include "app/records.h"
#include "app/settings.h"
#include "fake_port.h"
#include "toy_test.h"

static toy_port_t port;
static toy_listener_t nobody;
static toy_faults_t faults;
static toy_wall_t wall;
static toy_settings_t settings;

#define NOON_S 43200u /* of 1 January 1970 */

static void fresh(void)
{
    memset(&port, 0, sizeof port);
    toy_faults_init(&faults, &port, &nobody);
    toy_wall_init(&wall, &port);
    toy_settings_load(&settings, &port);
}

static void take(uint16_t start, uint16_t end)
{
    const toy_message_settings_t message = {start, end, 60, true, toy_text("kind", 64)};
    toy_settings_take(&settings, &message, &port, &faults);
}

static bool is_bedtime_at(uint32_t minute)
{
    toy_wall_told(&wall, 86400u * 365u + minute * 60u, 0);
    return toy_settings_is_bedtime(&settings, &wall);
}

static void it_is_never_bedtime_by_default_nor_without_the_time(void)
{
    fresh();
    TOY_CHECK(!is_bedtime_at(0));
    fresh();
    take(0, 1439);
    TOY_CHECK(!toy_settings_is_bedtime(&settings, &wall));
}

static void bedtime_may_run_over_midnight(void)
{
    fresh();
    take(1200, 420);
    TOY_CHECK(is_bedtime_at(1200));
    TOY_CHECK(is_bedtime_at(1439));
    TOY_CHECK(is_bedtime_at(0));
    TOY_CHECK(is_bedtime_at(419));
    TOY_CHECK(!is_bedtime_at(420));
    TOY_CHECK(!is_bedtime_at(1199));
    take(780, 840);
    TOY_CHECK(is_bedtime_at(800));
    TOY_CHECK(!is_bedtime_at(840));
}

static void settings_survive_power_loss_and_a_broken_record_does_not_count(void)
{
    fresh();
    take(1200, 420);
    toy_settings_load(&settings, &port);
    TOY_CHECK_INT(settings.bed_start, 1200);
    TOY_CHECK(settings.story_only);
    TOY_CHECK_BYTES(settings.persona, "kind", 4);
    port.record_bytes[TOY_RECORD_SETTINGS] = 3;
    toy_settings_load(&settings, &port);
    TOY_CHECK_INT(settings.bed_start, TOY_SETTINGS_NEVER);
}

static void the_wall_clock_counts_on_and_knows_its_zone(void)
{
    uint16_t minute;
    fresh();
    TOY_CHECK(!toy_wall_minute(&wall, &minute));
    TOY_CHECK_INT(toy_wall_unix_s(&wall), 0);
    port.now_ms = 5000;
    toy_wall_told(&wall, NOON_S, -600);
    port.now_ms += 61000;
    TOY_CHECK_INT(toy_wall_unix_s(&wall), NOON_S + 61u);
    TOY_CHECK(toy_wall_minute(&wall, &minute));
    TOY_CHECK_INT(minute, 121);
    toy_wall_told(&wall, NOON_S, 840);
    TOY_CHECK(toy_wall_minute(&wall, &minute));
    TOY_CHECK_INT(minute, (720 + 840) % 1440);
}

static void the_wall_clock_survives_the_wrap_of_milliseconds(void)
{
    fresh();
    port.now_ms = UINT32_MAX - 500u;
    toy_wall_told(&wall, NOON_S, 0);
    for (uint32_t i = 0; i < 300u; ++i) { /* more than 49 days, in steps of a third of a day */
        port.now_ms += 28800000u;
        toy_wall_step(&wall);
    }
    TOY_CHECK_INT(toy_wall_unix_s(&wall), NOON_S + 300u * 28800u);
}

static toy_allowance_t allowance;

static void talk(uint32_t seconds)
{
    for (uint32_t i = 0; i < seconds * 50u; ++i) {
        port.now_ms += 20u;
        toy_allowance_step(&allowance, &wall, true, &faults);
    }
}

static void the_minutes_of_a_day_are_counted_and_kept(void)
{
    fresh();
    take(TOY_SETTINGS_NEVER, TOY_SETTINGS_NEVER); /* 60 minutes a day */
    toy_allowance_load(&allowance, &port);
    talk(59u * 60u);
    port.now_ms += 3600000u;
    toy_allowance_step(&allowance, &wall, false, &faults); /* silence costs nothing */
    toy_wall_told(&wall, NOON_S + 86400u, 60);             /* what came before the date was known was today */
    TOY_CHECK(!toy_allowance_is_spent(&allowance, &settings));
    talk(60u);
    TOY_CHECK(toy_allowance_is_spent(&allowance, &settings));
    toy_allowance_load(&allowance, &port); /* switched off and on */
    toy_allowance_step(&allowance, &wall, false, &faults);
    TOY_CHECK(toy_allowance_is_spent(&allowance, &settings));
    settings.minutes_per_day = TOY_SETTINGS_NEVER;
    TOY_CHECK(!toy_allowance_is_spent(&allowance, &settings));
    settings.minutes_per_day = 60;
    toy_wall_told(&wall, NOON_S + 86400u + 11u * 3600u, 60); /* local midnight: a new day */
    toy_allowance_step(&allowance, &wall, false, &faults);
    TOY_CHECK(!toy_allowance_is_spent(&allowance, &settings));
    port.record_bytes[TOY_RECORD_ALLOWANCE] = 3;
    toy_allowance_load(&allowance, &port);
    TOY_CHECK_INT(allowance.record.used_ms, 0);
}

int main(void)
{
    TOY_RUN(it_is_never_bedtime_by_default_nor_without_the_time);
    TOY_RUN(bedtime_may_run_over_midnight);
    TOY_RUN(settings_survive_power_loss_and_a_broken_record_does_not_count);
    TOY_RUN(the_wall_clock_counts_on_and_knows_its_zone);
    TOY_RUN(the_wall_clock_survives_the_wrap_of_milliseconds);
    TOY_RUN(the_minutes_of_a_day_are_counted_and_kept);
    TOY_DONE();
}
