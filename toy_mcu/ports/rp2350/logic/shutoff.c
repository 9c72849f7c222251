#include "rp2350/logic/shutoff.h"

enum {
    CELL_MS = 100,
    CELL_BACK_MS = 5000,
    STALL_MS = 500,
    STALL_REST_MS = 10000,
    STALLS_MOST = 3,
    SILENT_MS = 200,
    RESTART_REST_MS = 10000,
};

static const uint8_t CUTS[RP_REASONS] = {
    [RP_REASON_CELL_LOW] = RP_CUT_MOTOR | RP_CUT_LLAMA,
    [RP_REASON_CELL_EMPTY] = RP_CUT_MOTOR | RP_CUT_LLAMA | RP_CUT_AMPLIFIER,
    [RP_REASON_CHIP_HOT] = RP_CUT_LLAMA,
    [RP_REASON_CELL_HOT] = RP_CUT_MOTOR | RP_CUT_LLAMA | RP_CUT_AMPLIFIER,
    [RP_REASON_STALL] = RP_CUT_MOTOR,
    [RP_REASON_CORE_SILENT] = RP_CUT_MOTOR | RP_CUT_AMPLIFIER,
    [RP_REASON_WATCHDOG] = RP_CUT_MOTOR,
};

void rp_shutoff_init(rp_shutoff_t *shutoff, bool after_watchdog)
{
    *shutoff = (rp_shutoff_t){0};
    shutoff->active[RP_REASON_WATCHDOG] = after_watchdog;
}

/* Changes a reason once its condition has held long enough. */
static void watch(rp_shutoff_t *shutoff, rp_reason_t reason, bool sets, uint32_t sets_ms, bool clears, uint32_t clears_ms)
{
    const bool active = shutoff->active[reason];
    if (!(active ? clears : sets)) {
        shutoff->since_ms[reason] = 0;
        return;
    }
    shutoff->since_ms[reason] += RP_SHUTOFF_STEP_MS;
    if (shutoff->since_ms[reason] >= (active ? clears_ms : sets_ms)) {
        shutoff->active[reason] = !active;
        shutoff->since_ms[reason] = 0;
    }
}

uint8_t rp_shutoff_step(rp_shutoff_t *shutoff, const rp_senses_t *senses)
{
    const uint16_t cell = senses->cell_millivolts;
    watch(shutoff, RP_REASON_CELL_LOW, cell < 3300u, CELL_MS, cell > 3450u, CELL_BACK_MS);
    watch(shutoff, RP_REASON_CELL_EMPTY, cell < 3100u, CELL_MS, cell > 3300u, CELL_BACK_MS);
    watch(shutoff, RP_REASON_CHIP_HOT, senses->chip_c > 80, 0, senses->chip_c < 70, 0);
    watch(shutoff, RP_REASON_CELL_HOT, !senses->has_thermistor || senses->cell_c > 50 || senses->cell_c < 0, 0,
          senses->has_thermistor && senses->cell_c < 45 && senses->cell_c > 5, 0);
    const bool stalled_before = shutoff->active[RP_REASON_STALL];
    watch(shutoff, RP_REASON_STALL, senses->motor_milliamperes > 350u, STALL_MS, shutoff->stalls < STALLS_MOST,
          STALL_REST_MS);
    shutoff->stalls += shutoff->active[RP_REASON_STALL] && !stalled_before ? 1u : 0u;
    watch(shutoff, RP_REASON_CORE_SILENT, senses->core0_silent_ms > SILENT_MS, 0, senses->core0_silent_ms <= SILENT_MS, 0);
    watch(shutoff, RP_REASON_WATCHDOG, false, 0, true, RESTART_REST_MS);
    uint8_t cut = 0;
    for (uint32_t reason = 0; reason < RP_REASONS; ++reason) {
        cut |= shutoff->active[reason] ? CUTS[reason] : 0u;
    }
    return cut;
}
