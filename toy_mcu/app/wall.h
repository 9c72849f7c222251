/* wall.h - the time of day, as far as the base station has told it.
 * In      the time message; milliseconds since power-on
 * Out     seconds since 1970 and the local minute of the day, or "not known": a toy that was never told
 *         counts
 *         from its own start and guesses nothing
 * Memory  24 bytes */
#ifndef TOY_APP_WALL_H
#define TOY_APP_WALL_H

#include <stdbool.h>
#include <stdint.h>

#include "port/toy_port.h"

typedef struct {
    toy_port_t *port;
    uint64_t unix_s; /* at told_ms; 0: not known */
    uint32_t told_ms;
    int16_t utc_offset_minutes;
} toy_wall_t;

void toy_wall_init(toy_wall_t *wall, toy_port_t *port);
void toy_wall_told(toy_wall_t *wall, uint64_t unix_s, int16_t utc_offset_minutes);
uint64_t toy_wall_unix_s(const toy_wall_t *wall);             /* 0: not known */
bool toy_wall_minute(const toy_wall_t *wall, uint16_t *minute); /* of the local day; false: not known */

/* Once a minute or so: moves the base point along, so that 49 days without a new time do no harm. */
void toy_wall_step(toy_wall_t *wall);

#endif
