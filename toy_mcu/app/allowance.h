/* allowance.h - how long a child has talked today, and whether a parent's minutes are used up.
 * In      the settings' minutes_per_day; the time of day, where it is known; whether a turn is going on
 * Out     are the minutes used up?
 * Memory  the same record in the port's store, written each full minute: power loss forgets less than one
 * Errors  a record that is not whole counts as nothing used. A toy that does not know the date goes on counting from
 *         where it was: without a day there is no new day */
#ifndef TOY_APP_ALLOWANCE_H
#define TOY_APP_ALLOWANCE_H

#include "app/faults.h"
#include "app/settings.h"
#include "app/wall.h"
#include "port/toy_port.h"

typedef struct {
    uint32_t version;
    uint32_t day; /* local days since 1970; 0: not known yet */
    uint32_t used_ms;
} toy_allowance_record_t;

typedef struct {
    toy_allowance_record_t record;
    uint32_t saved_ms; /* of used_ms: so much is in the store */
    uint32_t seen_ms;  /* the port's clock at the last step */
} toy_allowance_t;

void toy_allowance_load(toy_allowance_t *allowance, toy_port_t *port);
void toy_allowance_step(toy_allowance_t *allowance, const toy_wall_t *wall, bool talking, toy_faults_t *faults);
bool toy_allowance_is_spent(const toy_allowance_t *allowance, const toy_settings_t *settings);

#endif
