/* settings.h - what a parent has set and the toy keeps to by itself.
 * In      the settings message; the time of day
 * Out     is it bedtime?
 * Memory  the same record in the port's store
 * Errors  a record that is not whole is dropped and the defaults hold (never bedtime) */
#ifndef TOY_APP_SETTINGS_H
#define TOY_APP_SETTINGS_H

#include "app/faults.h"
#include "app/wall.h"
#include "link/messages.h"
#include "port/toy_port.h"

#define TOY_SETTINGS_NEVER 1440u

typedef struct {
    uint32_t version;
    uint16_t bed_start, bed_end; /* minute of the local day; may run over midnight */
    uint16_t minutes_per_day;    /* 1440: no limit; see allowance.h */
    bool story_only;
    uint8_t persona_bytes;
    char persona[64];
} toy_settings_t;

void toy_settings_load(toy_settings_t *settings, toy_port_t *port);
void toy_settings_take(toy_settings_t *settings, const toy_message_settings_t *message, toy_port_t *port,
                       toy_faults_t *faults);
bool toy_settings_is_bedtime(const toy_settings_t *settings, const toy_wall_t *wall);

#endif
