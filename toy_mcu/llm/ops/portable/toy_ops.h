/* toy_ops.h - the dozen arithmetic steps that the engine is made of, in plain C.
 * In      32-bit words; a "pair" holds two signed halves, first in the low one
 * Out     the same bits as the Cortex-M33's instructions of ops/m33/toy_ops.h, which the build takes instead there
 * Memory  none
 * Source  Armv8-M Architecture Reference Manual, DSP extension */
#ifndef TOY_LLM_OPS_H
#define TOY_LLM_OPS_H

#include <stdint.h>

static inline int32_t toy_low(uint32_t pair) { return (int16_t)(pair & 0xFFFFu); }
static inline int32_t toy_high(uint32_t pair) { return (int16_t)(pair >> 16); }
static inline uint32_t toy_halves(int32_t low, int32_t high)
{
    return ((uint32_t)low & 0xFFFFu) | ((uint32_t)high << 16);
}

/* Top half of the product, rounded. */
static inline int32_t toy_top(int32_t a, int32_t b) { return (int32_t)(((int64_t)a * b + INT64_C(0x80000000)) >> 32); }

/* a times the low, or high, half of a pair, without the lowest 16 bits. */
static inline int32_t toy_wide_low(int32_t a, uint32_t pair) { return (int32_t)(((int64_t)a * toy_low(pair)) >> 16); }
static inline int32_t toy_wide_high(int32_t a, uint32_t pair) { return (int32_t)(((int64_t)a * toy_high(pair)) >> 16); }

/* sum + low * low + high * high; callers keep the sum inside 32 bits. */
static inline int32_t toy_dot(uint32_t a, uint32_t b, int32_t sum)
{
    return (int32_t)((uint32_t)sum + (uint32_t)(toy_low(a) * toy_low(b)) + (uint32_t)(toy_high(a) * toy_high(b)));
}

/* Signed bytes 0 and 2, or 1 and 3, as a pair. */
static inline uint32_t toy_even_bytes(uint32_t word) { return toy_halves((int8_t)(word & 0xFFu), (int8_t)((word >> 16) & 0xFFu)); }
static inline uint32_t toy_odd_bytes(uint32_t word) { return toy_even_bytes(word >> 8); }

/* Saturation to a signed width. */
#define toy_clip(value, bits) toy_clip_((value), (1 << ((bits)-1)))
static inline int32_t toy_clip_(int32_t value, int32_t bound)
{
    return value >= bound ? bound - 1 : (value < -bound ? -bound : value);
}

/* Larger of each half. */
static inline uint32_t toy_larger_halves(uint32_t a, uint32_t b)
{
    return toy_halves(toy_low(a) > toy_low(b) ? toy_low(a) : toy_low(b),
                      toy_high(a) > toy_high(b) ? toy_high(a) : toy_high(b));
}

/* a - b in each half, held within 0..511. */
static inline uint32_t toy_steps_below(uint32_t a, uint32_t b)
{
    int32_t low = toy_low(a) - toy_low(b), high = toy_high(a) - toy_high(b);
    return toy_halves(low < 0 ? 0 : (low > 511 ? 511 : low), high < 0 ? 0 : (high > 511 ? 511 : high));
}

static inline uint32_t toy_leading_zeros(uint32_t value)
{
    uint32_t count = 0;
    for (uint32_t bit = UINT32_C(1) << 31; bit != 0u && (value & bit) == 0u; bit >>= 1) {
        ++count;
    }
    return count;
}

#endif
