/* fixed.h - the few fixed-point helpers that several rooms share.
 * Out     saturated 16-bit values; Q15 means 1.0 = 32768
 * Memory  none */
#ifndef TOY_BASE_FIXED_H
#define TOY_BASE_FIXED_H

#include <stdint.h>

static inline int16_t toy_saturate_16(int32_t value)
{
    if (value > INT16_MAX) {
        return INT16_MAX;
    }
    return value < INT16_MIN ? (int16_t)INT16_MIN : (int16_t)value;
}

/* value * gain with gain in Q15, rounded to nearest. */
static inline int16_t toy_scale_q15(int16_t value, int32_t gain_q15)
{
    int64_t product = (int64_t)value * gain_q15 + (1 << 14);
    return toy_saturate_16((int32_t)(product >> 15));
}

#endif
