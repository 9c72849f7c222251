/* psram_room.h on a board without PSRAM. */
#include "rp2350/psram_room.h"

toy_status_t rp_psram_room_start(rp_psram_report_t *report, const rp_clock_plan_t *clocks)
{
    (void)clocks;
    *report = (rp_psram_report_t){0};
    return TOY_ERR_EMPTY;
}

void *rp_psram_room(size_t *bytes)
{
    *bytes = 0;
    return NULL;
}
