/* guard.h - core 1's watch over cell, chip and motor, in a timer interrupt that nothing of core 0 can hold up.
 * In      ADC readings every 10 ms; core 0's heartbeat
 * Out     motor and amplifier off by their pins, the Llama asked to rest; what was measured
 * Memory  static
 * Time    about 600 clocks every 10 ms on core 1 */
#ifndef RP2350_GUARD_H
#define RP2350_GUARD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "rp2350/logic/shutoff.h"

typedef struct {
    uint16_t cell_millivolts;
    uint8_t cut;      /* RP_CUT_ bits */
    uint32_t rounds;  /* of the guard itself: its sign of life */
    bool cell_empty;
} rp_guard_report_t;

/* Pins, motor and ADC; core 0, before core 1 starts. TOY_ERR_ARG: no such motor at this clock. */
TOY_MUST_USE toy_status_t rp_guard_prepare(uint32_t sys_hz);
void rp_guard_start(void);       /* on core 1 */
void rp_guard_heartbeat(void);   /* core 0, every round */
rp_guard_report_t rp_guard_report(void);

/* What core 0 wants; the guard has the last word. */
void rp_guard_want(bool amplifier, uint8_t motor);

#endif
