#include "wake/fft.h"

#include "wake/tables.h"

typedef struct {
    int32_t re, im;
} pair_t;

/* The upper word of a product: half of value * cosine. */
static inline int32_t times(int32_t value, int32_t cosine_q31) { return (int32_t)(((int64_t)value * cosine_q31) >> 32); }

/* Half of pair * exp(-2 pi i * angle / 512). */
static inline pair_t turned(pair_t pair, uint32_t angle)
{
    int32_t cosine = toy_cosine_q31[angle];
    int32_t minus_sine = toy_cosine_q31[(angle + 128u) & 511u];
    pair_t out = {times(pair.re, cosine) - times(pair.im, minus_sine), times(pair.im, cosine) + times(pair.re, minus_sine)};
    return out;
}

static inline void butterfly(pair_t *at, uint32_t span, pair_t a, pair_t b, pair_t c, pair_t d)
{
    pair_t sum_ac = {a.re + c.re, a.im + c.im}, difference_ac = {a.re - c.re, a.im - c.im};
    pair_t sum_bd = {b.re + d.re, b.im + d.im};
    pair_t turned_bd = {b.im - d.im, d.re - b.re}; /* -i (b - d) */
    at[0] = (pair_t){sum_ac.re + sum_bd.re, sum_ac.im + sum_bd.im};
    at[span] = (pair_t){difference_ac.re + turned_bd.re, difference_ac.im + turned_bd.im};
    at[2 * span] = (pair_t){sum_ac.re - sum_bd.re, sum_ac.im - sum_bd.im};
    at[3 * span] = (pair_t){difference_ac.re - turned_bd.re, difference_ac.im - turned_bd.im};
}

static void transform_256(pair_t *pairs)
{
    for (uint32_t i = 0; i < TOY_FFT_PAIRS; i += 4) { /* no turning in the first stage */
        butterfly(&pairs[i], 1, pairs[i], pairs[i + 1], pairs[i + 2], pairs[i + 3]);
    }
    for (uint32_t span = 4, turn = 32; span < TOY_FFT_PAIRS; span *= 4, turn /= 4) {
        for (uint32_t k = 0; k < span; ++k) {
            for (pair_t *at = pairs + k; at < pairs + TOY_FFT_PAIRS; at += 4 * span) {
                pair_t half = {at[0].re >> 1, at[0].im >> 1};
                butterfly(at, span, half, turned(at[span], turn * k), turned(at[2 * span], 2 * turn * k),
                          turned(at[3 * span], 3 * turn * k));
            }
        }
    }
}

static inline uint32_t size_of(int32_t value) { return (uint32_t)(value ^ (value >> 31)); }

uint32_t toy_fft_real_512(int32_t bins[2 * TOY_FFT_PAIRS])
{
    pair_t *pairs = (pair_t *)bins;
    uint32_t all = 0;
    transform_256(pairs);
    /* The even samples went in as real parts, the odd ones as imaginary parts: take them apart. */
    for (uint32_t k = 1; k <= TOY_FFT_PAIRS / 2; ++k) {
        pair_t low = pairs[k], high = pairs[TOY_FFT_PAIRS - k];
        pair_t even = {(low.re + high.re) >> 1, (low.im - high.im) >> 1};
        pair_t odd = turned((pair_t){low.im + high.im, high.re - low.re}, k);
        low = (pair_t){even.re + odd.re, even.im + odd.im};
        high = (pair_t){even.re - odd.re, odd.im - even.im};
        all |= size_of(low.re) | size_of(low.im) | size_of(high.re) | size_of(high.im);
        pairs[k] = low;
        pairs[TOY_FFT_PAIRS - k] = high;
    }
    return all;
}
