#include "wake/features.h"

#include <string.h>

#include "wake/fft.h"
#include "wake/tables.h"

#define WINDOW TOY_FEATURES_WINDOW_SAMPLES
#define HOP TOY_FEATURES_HOP_SAMPLES
#define DIFFERENCE_BITS 6 /* by which 32 x - 31 y is longer than x */
#define INPUT_BITS 23 /* of the transform, which grows by five */
#define TRANSFORM_BITS 3 /* and gives an eighth of the bins */
#define POWER_BITS 15
#define FLOOR_Q12 (36 * 4096)  /* log2 energy of a quiet microphone: what is softer is not lifted */
#define STEP_MAX_Q12 21798     /* log2(1 / s): a sudden sound lifts M to s times its energy */

static inline uint32_t size_of(int32_t value) { return (uint32_t)(value ^ (value >> 31)); }

static inline int bit_length(uint32_t value) { return value == 0 ? 0 : 32 - __builtin_clz(value); }

void toy_features_init(toy_features_t *features) { memset(features, 0, sizeof *features); }

/* The next hop into the window. Out: the largest size of a sample in it, as bits. */
static int take(toy_features_t *features, const int16_t hop[HOP])
{
    memmove(features->sound, features->sound + HOP, sizeof(int16_t) * (WINDOW - HOP));
    memcpy(features->sound + WINDOW - HOP, hop, sizeof(int16_t) * HOP);
    uint32_t size = 0;
    for (uint32_t i = 0; i < HOP; ++i) {
        size |= size_of(hop[i]);
    }
    features->sizes[0] = features->sizes[1];
    features->sizes[1] = features->sizes[2];
    features->sizes[2] = size;
    return bit_length(features->sizes[0] | features->sizes[1] | size);
}

/* Differences and windows the sound into the transform's order, shifted up to INPUT_BITS. */
static void load(const int16_t *sound, int shift, int32_t *bins)
{
    memset(bins, 0, sizeof(int32_t) * 2 * TOY_FFT_PAIRS);
    int32_t before = sound[0];
    for (uint32_t i = 0; i < WINDOW; i += 2, sound += 2) {
        /* 32 times x[n] - 0.97 x[n-1]: takes the offset away and lifts what is soft and high */
        int32_t even = (int32_t)((uint32_t)(32 * sound[0] - 31 * before) << shift);
        int32_t odd = (int32_t)((uint32_t)(32 * sound[1] - 31 * sound[0]) << shift);
        before = sound[1];
        int32_t *pair = bins + 2 * toy_fft_place[i / 2];
        pair[0] = (int32_t)(((int64_t)even * toy_window_q31[i]) >> 32);
        pair[1] = (int32_t)(((int64_t)odd * toy_window_q31[i + 1]) >> 32);
    }
}

/* Powers of the bins take the place of their first halves. */
static void square(int32_t *bins, int shift)
{
    uint32_t *powers = (uint32_t *)bins;
    for (uint32_t k = TOY_MEL_FIRST_BIN; k <= TOY_MEL_LAST_BIN; ++k) {
        int32_t re = bins[2 * k] >> shift, im = bins[2 * k + 1] >> shift;
        powers[k] = (uint32_t)(re * re) + (uint32_t)(im * im);
    }
}

static int32_t log2_q8(uint64_t value)
{
    uint32_t high = (uint32_t)(value >> 32);
    int top = high != 0 ? 63 - __builtin_clz(high) : 31 - __builtin_clz((uint32_t)value | 1u);
    uint32_t next = (uint32_t)((top >= 8 ? value >> (top - 8) : value << (8 - top)) & 255u);
    return top * 256 + toy_log2_q8[next];
}

/* One band's log2 energy against its past. */
static uint8_t compare(toy_features_t *features, uint32_t band, int32_t energy_q12)
{
    int32_t past = features->begun ? features->past_q12[band] : energy_q12;
    int32_t step = ((energy_q12 - past) >> 8) + TOY_PCEN_BELOW;
    if (step >= TOY_PCEN_STEPS) {
        past = energy_q12 - STEP_MAX_Q12;
    } else {
        past += toy_pcen_step_q12[step < 0 ? 0 : step];
    }
    past = past < FLOOR_Q12 ? FLOOR_Q12 : past;
    features->past_q12[band] = past;
    int32_t shape = ((energy_q12 - past) >> 8) + TOY_PCEN_BELOW;
    shape = shape < 0 ? 0 : shape;
    return toy_pcen_shape[shape < TOY_PCEN_SHAPES ? shape : TOY_PCEN_SHAPES - 1];
}

void toy_features_hop(toy_features_t *features, toy_features_scratch_t *scratch, const int16_t hop[HOP],
                      uint8_t bands[TOY_FEATURES_BANDS])
{
    int shift = INPUT_BITS + 1 - DIFFERENCE_BITS - take(features, hop); /* the window halves */
    load(features->sound, shift, scratch->bins);
    int smaller = bit_length(toy_fft_real_512(scratch->bins)) - POWER_BITS;
    smaller = smaller < 0 ? 0 : smaller;
    square(scratch->bins, smaller);
    int scale = smaller - shift + TRANSFORM_BITS + 2; /* powers of two still to apply */

    /* Triangles: between two centres a bin belongs to both bands, in shares that add up to one. */
    const uint32_t *power = (const uint32_t *)scratch->bins + TOY_MEL_FIRST_BIN;
    const uint16_t *rise = toy_mel_rise_q14;
    uint64_t falling = 0;
    for (uint32_t segment = 0; segment <= TOY_FEATURES_BANDS; ++segment) {
        uint64_t rising = 0, all = 0;
        for (uint32_t left = toy_mel_segment_bins[segment]; left > 0; --left) {
            rising += (uint64_t)*power * *rise++;
            all += *power++;
        }
        if (segment > 0) {
            uint64_t energy = falling;
            falling = (all << 14) - rising;
            energy += falling;
            int32_t energy_q12 = 16 * log2_q8(energy) + scale * 8192;
            energy_q12 = energy == 0 || energy_q12 < 0 ? 0 : energy_q12;
            bands[segment - 1] = compare(features, segment - 1, energy_q12);
        }
        falling = rising;
    }
    features->begun = true;
}
