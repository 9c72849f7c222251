/* clocks.h - one plan for everything that follows from the system clock.
 * In      the system clock in MHz; the sample rate in Hz
 * Out     settings of the PLL, of flash and PSRAM, of the PIO, and the core voltage they need
 * Memory  none
 * Errors  TOY_ERR_ARG: no PLL setting gives that clock from 12 MHz, or it is beyond 150 MHz rated or 200 MHz tried
 * Source  RP2350 datasheet 8.6 "PLL" (VCO 750 to 1600 MHz, post dividers 1 to 7), 12.14 "QMI"; APS6404L 8.2: 84 MHz across
 *         pages; pio/README.md: 128 state machine cycles a sample; ring.pio: 9.6 MHz */
#ifndef RP2350_CLOCKS_H
#define RP2350_CLOCKS_H

#include <stdint.h>

#include "base/status.h"

#define RP_CRYSTAL_HZ 12000000u
#define RP_QSPI_MAX_HZ 84000000u

typedef struct {
    uint32_t sys_hz;
    uint32_t vco_hz;
    uint16_t feedback; /* vco = crystal * feedback */
    uint8_t post1, post2;
    uint8_t qspi_divider; /* flash and PSRAM: sys_hz / divider is their clock */
    uint16_t pio_whole;   /* state machine clock = sys_hz / (whole + fraction / 256) */
    uint8_t pio_fraction;
    uint16_t ring_whole; /* likewise, for the ring of lights */
    uint8_t ring_fraction;
    uint16_t core_millivolts;
} rp_clock_plan_t;

TOY_MUST_USE toy_status_t rp_clock_plan(rp_clock_plan_t *plan, uint32_t sys_mhz, uint32_t rate_hz);

/* The QMI's M0_TIMING for the flash: divider and sampling point changed, all else as it is now. */
uint32_t rp_clock_flash_timing(uint32_t now, uint8_t divider);

#endif
