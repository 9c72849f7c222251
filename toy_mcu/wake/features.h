/* features.h - what the networks see of the sound: 40 bands, each against its own recent past.
 * In      int16[160] at 16 kHz, one hop of 10 ms a call
 * Out     uint8[40], 0..255, of the 30 ms window that ends with this hop; about 40 = as loud as the last 0.4 s
 * Memory  toy_features_t (about 1.2 KB) and 2 KB of scratch that only lives during a call
 * Time    budget in tests/budgets.toml; integers only, bit-exact with models/wake/reference.py
 * Source  PCEN (Wang 2017), computed on logarithms so that tables replace powers: the smoother's step and the
 *         compressed ratio depend on log2(E) - log2(M) alone. Gain cancels out, steady noise fades within 0.4 s. */
#ifndef TOY_WAKE_FEATURES_H
#define TOY_WAKE_FEATURES_H

#include <stdbool.h>
#include <stdint.h>

#define TOY_FEATURES_HOP_SAMPLES 160
#define TOY_FEATURES_WINDOW_SAMPLES 480
#define TOY_FEATURES_FFT 512
#define TOY_FEATURES_BANDS 40

typedef struct {
    int16_t sound[TOY_FEATURES_WINDOW_SAMPLES];
    uint32_t sizes[3];                              /* of each hop in it: its samples' sizes, ORed */
    int32_t past_q12[TOY_FEATURES_BANDS];           /* log2 of the smoothed energy M */
    bool begun;                                     /* M has a first value */
} toy_features_t;

/* re, im pairs of the half-length complex transform; the caller's, so that it may share the memory. */
typedef struct {
    int32_t bins[TOY_FEATURES_FFT];
} toy_features_scratch_t;

void toy_features_init(toy_features_t *features);
void toy_features_hop(toy_features_t *features, toy_features_scratch_t *scratch,
                      const int16_t hop[TOY_FEATURES_HOP_SAMPLES], uint8_t bands[TOY_FEATURES_BANDS]);

#endif
