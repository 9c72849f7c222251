#include "audio/decimate.h"

#include <string.h>

#include "base/fixed.h"

void toy_decimate_init(toy_decimate_t *decimate) { memset(decimate->line, 0, sizeof decimate->line); }

/* The taps are symmetric: two samples share a product. The taps' absolute sum is below 2.0, so 32 bits hold any sum. */
static int16_t filter(const int16_t *window)
{
    const int16_t *early = window;
    const int16_t *late = window + TOY_DECIMATE_TAPS - 1;
    int32_t sum = 1 << 14;
#pragma GCC unroll 42 /* straight code: offsets in the loads, no counter */
    for (int tap = 0; tap < TOY_DECIMATE_TAPS / 2; ++tap) {
        sum += toy_decimate_half[tap] * (early[tap] + late[-tap]);
    }
    return toy_saturate_16(sum >> 15);
}

toy_status_t toy_decimate(toy_decimate_t *decimate, const int16_t *samples, size_t count, int16_t *out)
{
    if (count % TOY_DECIMATE_RATIO != 0u || count > TOY_DECIMATE_MAX_SAMPLES) {
        return TOY_ERR_ARG;
    }
    memcpy(decimate->line + TOY_DECIMATE_PAST, samples, count * sizeof *samples);
    for (size_t at = 0; at < count; at += TOY_DECIMATE_RATIO) {
        *out++ = filter(decimate->line + at);
    }
    memmove(decimate->line, decimate->line + count, TOY_DECIMATE_PAST * sizeof *samples);
    return TOY_OK;
}
