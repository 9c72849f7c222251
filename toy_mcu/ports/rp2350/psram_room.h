/* psram_room.h - room for a model whose cache and activations do not fit SRAM; the `.psram` section is this.
 * In      the plan of the clocks, once, before any other call
 * Out     the room, or nothing: no chip on this board, or it failed its test; the report says which
 * Memory  4 MB of the chip's 8; 15 million parameters with 256 positions take 1 MB
 * Time    rp_psram_start()'s; then 37 MB/s at best, shared with flash */
#ifndef RP2350_PSRAM_ROOM_H
#define RP2350_PSRAM_ROOM_H

#include <stddef.h>

#include "rp2350/psram_chip.h"

/* TOY_ERR_EMPTY: no chip. */
TOY_MUST_USE toy_status_t rp_psram_room_start(rp_psram_report_t *report, const rp_clock_plan_t *clocks);

/* NULL when there is none. */
void *rp_psram_room(size_t *bytes);

#endif
