/* quad.h - products of two rows of weights at once, where the instruction set has what it takes.
 * In      uint8[4] activations on a word boundary; words of two halfwords, each 256 * a + b of two rows' weights
 * Out     sums of 256 * a * x + b * x, and of b * x alone, from which both rows' sums follow; the same everywhere
 * Memory  none
 * Time    four instructions for four products; a row alone takes five
 * Source  Arm C Language Extensions: SXTB16, UXTB16, SMLAD; which of the two ways is taken is a matter of the
 *         instruction set alone, not of the board
 * Limit   257 * 255 * 127 * inputs < 2^31: at most 258 inputs */
#ifndef TOY_WAKE_QUAD_H
#define TOY_WAKE_QUAD_H

#include <stdint.h>
#include <string.h>

#define TOY_QUAD_INPUTS_MAX 258u

typedef struct {
    int32_t both, second; /* sums of 256 * a * x + b * x; of b * x */
} toy_pair_sum_t;

static inline uint32_t toy_quad_word(const void *bytes)
{
    uint32_t word;
    memcpy(&word, __builtin_assume_aligned(bytes, 4), sizeof word);
    return word;
}

static inline int32_t toy_pair_first(toy_pair_sum_t sum) { return (sum.both - sum.second) >> 8; }

#if defined(__ARM_FEATURE_SIMD32)
#include <arm_acle.h>

typedef struct {
    int16x2_t even, odd; /* bytes 0 and 2, 1 and 3 */
} toy_quad_t;

static inline toy_quad_t toy_quad_unsigned(const uint8_t x[4])
{
    uint32_t word = toy_quad_word(x);
    return (toy_quad_t){(int16x2_t)__uxtb16(word), (int16x2_t)__uxtb16(word >> 8 | word << 24)};
}

static inline void toy_pair_add(toy_pair_sum_t *sum, toy_quad_t x, const int8_t w[8])
{
    uint32_t even = toy_quad_word(w), odd = toy_quad_word(w + 4);
    sum->both = __smlad(x.even, (int16x2_t)even, sum->both);
    sum->second = __smlad(x.even, (int16x2_t)__sxtb16((int8x4_t)even), sum->second);
    sum->both = __smlad(x.odd, (int16x2_t)odd, sum->both);
    sum->second = __smlad(x.odd, (int16x2_t)__sxtb16((int8x4_t)odd), sum->second);
}

#else

typedef struct {
    const uint8_t *x;
} toy_quad_t;

static inline toy_quad_t toy_quad_unsigned(const uint8_t x[4]) { return (toy_quad_t){x}; }

static inline void toy_pair_add(toy_pair_sum_t *sum, toy_quad_t x, const int8_t w[8])
{
    static const uint8_t place[4] = {0, 2, 1, 3};
    for (uint32_t i = 0; i < 4; ++i) {
        int16_t pair;
        memcpy(&pair, w + 2 * i, sizeof pair);
        sum->both += x.x[place[i]] * pair;
        sum->second += x.x[place[i]] * w[2 * i];
    }
}

#endif

#endif
