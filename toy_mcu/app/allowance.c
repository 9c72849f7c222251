#include "app/allowance.h"

#include <string.h>

#include "app/records.h"

#define VERSION 1u
#define MINUTE_MS 60000u
#define LONGEST_STEP_MS 1000u /* a debugger or a stall is not talk */

void toy_allowance_load(toy_allowance_t *allowance, toy_port_t *port)
{
    size_t count = sizeof allowance->record;
    memset(allowance, 0, sizeof *allowance);
    toy_status_t status = toy_port_store_read(port, TOY_RECORD_ALLOWANCE, &allowance->record, &count);
    if (status != TOY_OK || count != sizeof allowance->record || allowance->record.version != VERSION) {
        memset(&allowance->record, 0, sizeof allowance->record);
        allowance->record.version = VERSION;
    }
    allowance->saved_ms = allowance->record.used_ms;
    allowance->seen_ms = toy_port_now_ms(port);
}

static uint32_t local_day(const toy_wall_t *wall)
{
    uint64_t unix_s = toy_wall_unix_s(wall);
    return unix_s == 0u ? 0u : (uint32_t)((unix_s + (uint64_t)((int64_t)wall->utc_offset_minutes * 60)) / 86400u);
}

void toy_allowance_step(toy_allowance_t *allowance, const toy_wall_t *wall, bool talking, toy_faults_t *faults)
{
    toy_allowance_record_t *record = &allowance->record;
    uint32_t now_ms = toy_port_now_ms(wall->port);
    uint32_t gone_ms = now_ms - allowance->seen_ms;
    uint32_t day = local_day(wall);
    bool save = false;
    allowance->seen_ms = now_ms;
    if (day != 0u && day != record->day) {
        /* Counted before the date was known: that was today. */
        record->used_ms = record->day == 0u ? record->used_ms : 0u;
        record->day = day;
        save = record->used_ms != allowance->saved_ms;
    }
    if (talking) {
        record->used_ms += gone_ms < LONGEST_STEP_MS ? gone_ms : LONGEST_STEP_MS;
    }
    if (save || record->used_ms >= allowance->saved_ms + MINUTE_MS) {
        allowance->saved_ms = record->used_ms;
        if (toy_port_store_write(wall->port, TOY_RECORD_ALLOWANCE, record, sizeof *record) != TOY_OK) {
            toy_faults_raise(faults, TOY_FAULT_STORE, 0);
        }
    }
}

bool toy_allowance_is_spent(const toy_allowance_t *allowance, const toy_settings_t *settings)
{
    return settings->minutes_per_day < TOY_SETTINGS_NEVER &&
           allowance->record.used_ms / MINUTE_MS >= settings->minutes_per_day;
}
