/* lane.h - a queue of bodies that wait to be sealed.
 * In      bodies of 1..224 bytes, each of a turn (0: of none)
 * Out     the same in order, less those of a dropped turn
 * Memory  the caller's block
 * Errors  TOY_ERR_ARG, TOY_ERR_FULL, TOY_ERR_EMPTY */
#ifndef TOY_LINK_LANE_H
#define TOY_LINK_LANE_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

typedef struct {
    uint8_t *block;
    size_t size_bytes;
    size_t head; /* where the oldest item begins */
    size_t used_bytes;
} toy_lane_t;

#define TOY_LANE_ITEM_HEADER_BYTES 4u

void toy_lane_init(toy_lane_t *lane, void *block, size_t size_bytes);
void toy_lane_clear(toy_lane_t *lane);
TOY_MUST_USE toy_status_t toy_lane_put(toy_lane_t *lane, uint16_t turn, const uint8_t *body, size_t count);
TOY_MUST_USE toy_status_t toy_lane_take(toy_lane_t *lane, uint8_t *body, size_t *count);

/* Items of this turn are never handed out any more; their room comes back when they reach the front. */
void toy_lane_drop_turn(toy_lane_t *lane, uint16_t turn);

/* Is a body of so many bytes taken now? */
int toy_lane_has_room(const toy_lane_t *lane, size_t count);
int toy_lane_is_empty(const toy_lane_t *lane);

#endif
