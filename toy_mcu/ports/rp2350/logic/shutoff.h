/* shutoff.h - when motor, amplifier and Llama must stop, whatever the rest of the firmware is doing.
 * In      every 10 ms: the cell, the chip, the motor, and how long core 0 has been silent
 * Out     what to cut, and why; hysteresis and waiting times so that nothing chatters
 * Memory  rp_shutoff_t
 *
 *  reason        seen as                                          cut                  over when
 *  CELL_LOW      below 3.30 V for 100 ms                          motor, Llama         above 3.45 V for 5 s
 *  CELL_EMPTY    below 3.10 V for 100 ms                          motor, Llama, amp    above 3.30 V for 5 s
 *  CHIP_HOT      above 80 C                                       Llama                below 70 C
 *  CELL_HOT      above 50 C, below 0 C, or no thermistor          motor, Llama, amp    5 degrees inside
 *  STALL         motor above 350 mA for 500 ms                    motor                after 10 s; the third time never
 *  CORE_SILENT   no sign of core 0 for 200 ms                     motor, amp           it is back
 *  WATCHDOG      this start follows a watchdog's reset            motor, for 10 s      the 10 s are over */
#ifndef RP2350_SHUTOFF_H
#define RP2350_SHUTOFF_H

#include <stdbool.h>
#include <stdint.h>

#define RP_SHUTOFF_STEP_MS 10u

enum { RP_CUT_MOTOR = 1, RP_CUT_LLAMA = 2, RP_CUT_AMPLIFIER = 4 };

typedef enum {
    RP_REASON_CELL_LOW,
    RP_REASON_CELL_EMPTY,
    RP_REASON_CHIP_HOT,
    RP_REASON_CELL_HOT,
    RP_REASON_STALL,
    RP_REASON_CORE_SILENT,
    RP_REASON_WATCHDOG,
    RP_REASONS
} rp_reason_t;

typedef struct {
    uint16_t cell_millivolts, motor_milliamperes;
    int16_t chip_c, cell_c;
    bool has_thermistor;
    uint32_t core0_silent_ms;
} rp_senses_t;

typedef struct {
    bool active[RP_REASONS];
    uint32_t since_ms[RP_REASONS]; /* how long the condition for a change has held */
    uint32_t stalls;
} rp_shutoff_t;

void rp_shutoff_init(rp_shutoff_t *shutoff, bool after_watchdog);

/* The bits of what is cut. */
uint8_t rp_shutoff_step(rp_shutoff_t *shutoff, const rp_senses_t *senses);

#endif
