/* psram_chip.h - wakes the PSRAM on the second chip select: found, set to four wires, timed, tested and measured.
 * In      the plan of the clocks; the pin of the chip select
 * Out     its size; words that failed; bandwidth of reading and writing in sequence
 * Time    about 60 ms, once, with interrupts off for 1 ms of it
 * Errors  TOY_ERR_EMPTY: no such chip answers; TOY_ERR_PORT: it answers and does not keep what it is given */
#ifndef RP2350_PSRAM_CHIP_H
#define RP2350_PSRAM_CHIP_H

#include "rp2350/logic/clocks.h"

#define RP_PSRAM_BASE 0x11000000u

typedef struct {
    uint32_t bytes, bad_words;
    uint32_t read_bytes_a_ms, write_bytes_a_ms;
} rp_psram_report_t;

TOY_MUST_USE toy_status_t rp_psram_start(rp_psram_report_t *report, const rp_clock_plan_t *clocks, uint32_t pin);

#endif
