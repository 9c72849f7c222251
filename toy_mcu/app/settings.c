#include "app/settings.h"

#include <string.h>

#include "app/records.h"

#define VERSION 1u

static bool is_sound(const toy_settings_t *settings, size_t count)
{
    return count == sizeof *settings && settings->version == VERSION &&
           settings->bed_start <= TOY_SETTINGS_NEVER && settings->bed_end <= TOY_SETTINGS_NEVER &&
           settings->persona_bytes <= sizeof settings->persona;
}

void toy_settings_load(toy_settings_t *settings, toy_port_t *port)
{
    size_t count = sizeof *settings;
    memset(settings, 0, sizeof *settings);
    toy_status_t status = toy_port_store_read(port, TOY_RECORD_SETTINGS, settings, &count);
    if (status != TOY_OK || !is_sound(settings, count)) {
        memset(settings, 0, sizeof *settings);
        settings->version = VERSION;
        settings->bed_start = settings->bed_end = settings->minutes_per_day = TOY_SETTINGS_NEVER;
    }
}

void toy_settings_take(toy_settings_t *settings, const toy_message_settings_t *message, toy_port_t *port,
                       toy_faults_t *faults)
{
    memset(settings, 0, sizeof *settings);
    settings->version = VERSION;
    settings->bed_start = message->bed_start;
    settings->bed_end = message->bed_end;
    settings->minutes_per_day = message->minutes_per_day;
    settings->story_only = message->story_only;
    settings->persona_bytes = message->persona.count; /* at most 64 by the schema */
    memcpy(settings->persona, message->persona.bytes, message->persona.count);
    if (toy_port_store_write(port, TOY_RECORD_SETTINGS, settings, sizeof *settings) != TOY_OK) {
        toy_faults_raise(faults, TOY_FAULT_STORE, 0);
    }
}

bool toy_settings_is_bedtime(const toy_settings_t *settings, const toy_wall_t *wall)
{
    uint16_t minute;
    if (settings->bed_start == TOY_SETTINGS_NEVER || settings->bed_end == TOY_SETTINGS_NEVER ||
        !toy_wall_minute(wall, &minute)) {
        return false;
    }
    if (settings->bed_start <= settings->bed_end) {
        return minute >= settings->bed_start && minute < settings->bed_end;
    }
    return minute >= settings->bed_start || minute < settings->bed_end;
}
