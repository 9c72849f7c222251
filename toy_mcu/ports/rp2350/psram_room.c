#include "rp2350/psram_room.h"

#include <stdbool.h>
#include <stdint.h>

#include "board.h"

#define ROOM_BYTES (4u << 20)

static _Alignas(8) uint8_t room[ROOM_BYTES] __attribute__((section(".psram")));
static bool is_good;

toy_status_t rp_psram_room_start(rp_psram_report_t *report, const rp_clock_plan_t *clocks)
{
    const toy_status_t status = rp_psram_start(report, clocks, BOARD_PSRAM_CS);
    is_good = status == TOY_OK && report->bytes >= ROOM_BYTES;
    return status;
}

void *rp_psram_room(size_t *bytes)
{
    *bytes = is_good ? sizeof room : 0u;
    return is_good ? room : NULL;
}
