#include "rp2350/clock_set.h"

#include "audio/format.h"
#include "hardware/clocks.h"
#include "hardware/pll.h"
#include "hardware/structs/qmi.h"
#include "hardware/sync.h"
#include "hardware/timer.h"
#include "hardware/vreg.h"
#include "pico/platform.h"

#define VOLTAGE_SETTLES_US 1000u

/* Flash must not be read while its divider changes: the code that changes it lies in SRAM. */
static void __no_inline_not_in_flash_func(set_flash_timing)(uint32_t timing)
{
    const uint32_t kept = save_and_disable_interrupts();
    qmi_hw->m[0].timing = timing;
    (void)qmi_hw->m[0].timing; /* written through before the next fetch */
    restore_interrupts(kept);
}

toy_status_t rp_clocks_set(rp_clock_plan_t *plan, uint32_t sys_mhz)
{
    TOY_TRY(rp_clock_plan(plan, sys_mhz, TOY_RATE_HZ));
    if (plan->core_millivolts > 1100u) {
        vreg_set_voltage(VREG_VOLTAGE_1_15);
        busy_wait_us(VOLTAGE_SETTLES_US);
    }
    /* Before a faster clock reaches the flash. */
    set_flash_timing(rp_clock_flash_timing(qmi_hw->m[0].timing, plan->qspi_divider));
    if (clock_get_hz(clk_sys) != plan->sys_hz) {
        set_sys_clock_pll(plan->vco_hz, plan->post1, plan->post2);
    }
    return TOY_OK;
}
