/* clock_set.h - the plan of logic/clocks.h put into the chip: voltage, QMI and PLL, in the order that is safe.
 * Errors  those of rp_clock_plan() */
#ifndef RP2350_CLOCK_SET_H
#define RP2350_CLOCK_SET_H

#include "rp2350/logic/clocks.h"

TOY_MUST_USE toy_status_t rp_clocks_set(rp_clock_plan_t *plan, uint32_t sys_mhz);

#endif
