/* fft.h - 512 real samples to 256 complex bins, in place, integers only.
 * In      int32[512] below 2^23 in size, as 256 pairs in the order of toy_fft_place
 * Out     pairs (re, im) of bins 0..255, an eighth of their size; bin 0 holds no true value.
 *         Returns the sizes of all other parts, ORed
 * Memory  in place; a cosine table of 2 KB in flash
 * Source  radix-4 decimation in time (Rabiner, Gold 1975); reference models/wake/reference.py */
#ifndef TOY_WAKE_FFT_H
#define TOY_WAKE_FFT_H

#include <stdint.h>

#define TOY_FFT_PAIRS 256

/* Where pair number n goes before the transform. */
extern const uint8_t toy_fft_place[TOY_FFT_PAIRS];

uint32_t toy_fft_real_512(int32_t pairs[2 * TOY_FFT_PAIRS]);

#endif
