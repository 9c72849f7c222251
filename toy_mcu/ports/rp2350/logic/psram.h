/* psram.h - an APS6404L (8 MB, QPI) on the second chip select: every number that its registers need.
 * In      the plan of logic/clocks.h
 * Out     QMI window 1: timing, read and write formats and commands; the chip's size from its ID
 * Memory  none
 * Errors  TOY_ERR_ARG: a clock that the chip cannot keep up with, or that its refresh does not allow
 * Source  APS6404L-3SQR datasheet: 8.5 "QPI": read EBh with 6 wait cycles, write 38h, enter quad 35h; table "AC": tCEM 8 us,
 *         tCPH 18 ns, tCHD 20 ns, tACLK 2 to 5.5 ns, tKOH 1.5 ns; 8.1: pages of 1 KB, 84 MHz across them.
 *         RP2350 datasheet 12.14.6: registers. The wires' round trip is taken as 4 ns */
#ifndef RP2350_PSRAM_H
#define RP2350_PSRAM_H

#include <stdint.h>

#include "rp2350/logic/clocks.h"
#include "rp2350/logic/registers.h"

/* Registers, as offsets within the QMI. */
enum { RP_QMI_M1_TIMING = 0x20, RP_QMI_M1_RFMT = 0x24, RP_QMI_M1_RCMD = 0x28, RP_QMI_M1_WFMT = 0x2C, RP_QMI_M1_WCMD = 0x30 };

typedef struct {
    uint8_t divider;      /* sys clocks a QSPI clock */
    uint8_t rx_delay;     /* half sys clocks after the rising edge at which data is taken: the middle of its eye */
    uint8_t min_deselect; /* sys clocks, beyond the half QSPI clock that is always there */
    uint8_t max_select;   /* 64 sys clocks: the chip must refresh */
    uint8_t select_hold;  /* sys clocks, beyond the half QSPI clock */
} rp_psram_timing_t;

TOY_MUST_USE toy_status_t rp_psram_timing(rp_psram_timing_t *timing, const rp_clock_plan_t *clocks);
void rp_psram_configure(const rp_psram_timing_t *timing, const rp_registers_t *qmi);

/* From the answer to 9Fh: known good die 5Dh, then the density in the upper three bits. 0: no such chip. */
uint32_t rp_psram_bytes(uint8_t known_good, uint8_t extended_id);

/* The word of the boot test's pattern at that index: every address line and every data bit shows. */
uint32_t rp_psram_pattern(uint32_t index, uint32_t pass);

#endif
