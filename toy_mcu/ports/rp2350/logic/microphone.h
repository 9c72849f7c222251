/* microphone.h - the 24 bits of an I2S microphone to the toy's 16: offset out, gain in.
 * In      a 20 ms frame as DMA left it: left word, right word, left ..., 24 bits at the top of each
 * Out     int16, the chosen side, louder by RP_MIC_GAIN_BITS, clipped and not wrapped
 * Memory  one filter state
 * Time    one pass; the only one that a microphone's samples take between the wire and the core
 * Source  first-order high-pass y = x - m, m += (x - m) / 512: corner at 5 Hz */
#ifndef RP2350_MICROPHONE_H
#define RP2350_MICROPHONE_H

#include <stdbool.h>
#include <stdint.h>

#include "audio/format.h"

/* INMP441 and ICS-43434: 94 dB SPL is -26 dBFS, a child half a metre away about -56 dBFS. */
#define RP_MIC_GAIN_BITS 4u
#define RP_MIC_FRAME_WORDS (2u * TOY_FRAME_SAMPLES)

typedef struct {
    int64_t mean; /* of 24-bit samples, 16 fractional bits */
    bool right;   /* the microphone's channel strap */
    bool settled;
} rp_microphone_t;

void rp_microphone_frame(rp_microphone_t *mic, const uint32_t words[RP_MIC_FRAME_WORDS],
                         int16_t samples[TOY_FRAME_SAMPLES]);

#endif
