#include "rp2350/logic/clocks.h"

#include <stdbool.h>

enum {
    VCO_MIN_MHZ = 750,
    VCO_MAX_MHZ = 1600,
    CRYSTAL_MHZ = 12,
    POST_MAX = 7,
    RATED_MHZ = 150,
    TRIED_MHZ = 200,
    RATED_MILLIVOLTS = 1100,
    FAST_MILLIVOLTS = 1150,
    CYCLES_A_SAMPLE = 128,
    RING_HZ = 9600000,
};

/* The highest VCO has the least jitter. */
static bool find_pll(rp_clock_plan_t *plan, uint32_t sys_mhz)
{
    for (uint32_t feedback = VCO_MAX_MHZ / CRYSTAL_MHZ; feedback * CRYSTAL_MHZ >= VCO_MIN_MHZ; --feedback) {
        for (uint32_t post1 = POST_MAX; post1 >= 1u; --post1) {
            for (uint32_t post2 = post1; post2 >= 1u; --post2) {
                if (feedback * CRYSTAL_MHZ == sys_mhz * post1 * post2) {
                    plan->vco_hz = feedback * RP_CRYSTAL_HZ;
                    plan->feedback = (uint16_t)feedback;
                    plan->post1 = (uint8_t)post1;
                    plan->post2 = (uint8_t)post2;
                    return true;
                }
            }
        }
    }
    return false;
}

/* In 256ths, rounded to the nearest. */
static uint32_t parts_of(uint32_t sys_hz, uint32_t machine_hz)
{
    return (uint32_t)(((uint64_t)sys_hz * 256u + machine_hz / 2u) / machine_hz);
}

toy_status_t rp_clock_plan(rp_clock_plan_t *plan, uint32_t sys_mhz, uint32_t rate_hz)
{
    *plan = (rp_clock_plan_t){.sys_hz = sys_mhz * 1000000u};
    if (sys_mhz < 48u || sys_mhz > TRIED_MHZ || rate_hz < 8000u || rate_hz > 48000u || !find_pll(plan, sys_mhz)) {
        return TOY_ERR_ARG;
    }
    plan->core_millivolts = sys_mhz > RATED_MHZ ? FAST_MILLIVOLTS : RATED_MILLIVOLTS;
    plan->qspi_divider = (uint8_t)((plan->sys_hz + RP_QSPI_MAX_HZ - 1u) / RP_QSPI_MAX_HZ);
    const uint32_t sound = parts_of(plan->sys_hz, CYCLES_A_SAMPLE * rate_hz), ring = parts_of(plan->sys_hz, RING_HZ);
    plan->pio_whole = (uint16_t)(sound >> 8);
    plan->pio_fraction = (uint8_t)(sound & 0xFFu);
    plan->ring_whole = (uint16_t)(ring >> 8);
    plan->ring_fraction = (uint8_t)(ring & 0xFFu);
    return TOY_OK;
}

uint32_t rp_clock_flash_timing(uint32_t now, uint8_t divider)
{
    enum { DIVIDER_MASK = 0xFF, DELAY_MASK = 0x700, DELAY_LSB = 8 };
    const uint32_t delay = (uint32_t)divider << DELAY_LSB & DELAY_MASK; /* half a QSPI clock behind the edge */
    return (now & ~(uint32_t)(DIVIDER_MASK | DELAY_MASK)) | delay | divider;
}
