/* quad.h - four products of bytes in two instructions, where the instruction set has them.
 * In      uint8[4] activations, int8[4] weights, both on word boundaries
 * Out     sum + x[0] * w[0] + ... + x[3] * w[3], the same everywhere
 * Memory  none
 * Source  Arm C Language Extensions: SXTB16, UXTB16, SMLAD; which of the two ways is taken is a matter of the
 *         instruction set alone, not of the board */
#ifndef TOY_WAKE_QUAD_H
#define TOY_WAKE_QUAD_H

#include <stdint.h>
#include <string.h>

#if defined(__ARM_FEATURE_SIMD32)
#include <arm_acle.h>

typedef struct {
    int16x2_t even, odd;
} toy_quad_t;

static inline uint32_t toy_quad_word(const void *bytes)
{
    uint32_t word;
    memcpy(&word, __builtin_assume_aligned(bytes, 4), sizeof word);
    return word;
}

static inline toy_quad_t toy_quad_unsigned(const uint8_t x[4])
{
    uint32_t word = toy_quad_word(x);
    return (toy_quad_t){(int16x2_t)__uxtb16(word), (int16x2_t)__uxtb16(word >> 8)};
}

static inline int32_t toy_quad_add(int32_t sum, toy_quad_t x, const int8_t w[4])
{
    uint32_t word = toy_quad_word(w);
    sum = __smlad(x.even, (int16x2_t)__sxtb16((int8x4_t)word), sum);
    return __smlad(x.odd, (int16x2_t)__sxtb16((int8x4_t)(word >> 8 | word << 24)), sum);
}

#else

typedef struct {
    const uint8_t *x;
} toy_quad_t;

static inline toy_quad_t toy_quad_unsigned(const uint8_t x[4]) { return (toy_quad_t){x}; }

static inline int32_t toy_quad_add(int32_t sum, toy_quad_t x, const int8_t w[4])
{
    return sum + x.x[0] * w[0] + x.x[1] * w[1] + x.x[2] * w[2] + x.x[3] * w[3];
}

#endif

#endif
