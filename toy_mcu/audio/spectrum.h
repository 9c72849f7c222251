/* spectrum.h - 128 real samples to 65 bins and back, in single precision.
 * In      float[128]
 * Out     re and im of bins 0..64, not scaled; back divides by 128
 * Memory  512 bytes of stack
 * Time    about 6,000 instructions on the Cortex-M33
 * Source  radix 2 by decimation in time; two halves of a real signal in one complex transform (Sorensen 1987).
 *         The same to the last bit everywhere: single additions and products in a fixed order, never contracted */
#ifndef TOY_AUDIO_SPECTRUM_H
#define TOY_AUDIO_SPECTRUM_H

#define TOY_SPECTRUM_SAMPLES 128
#define TOY_SPECTRUM_BINS 65

typedef struct {
    float re[TOY_SPECTRUM_BINS], im[TOY_SPECTRUM_BINS];
} toy_spectrum_t;

void toy_spectrum_of(const float samples[TOY_SPECTRUM_SAMPLES], toy_spectrum_t *out);
void toy_spectrum_back(const toy_spectrum_t *in, float samples[TOY_SPECTRUM_SAMPLES]);

#endif
