/* echo.h - takes the toy's own voice out of what its microphone hears.
 * In      int16[TOY_FRAME_SAMPLES] of the microphone, and the frame that the speaker was given before
 * Out     the microphone's frame, cleaned, in place; whether somebody else is heard in it
 * Memory  toy_echo_t, about 15 KB
 * Time    budget in tests/budgets.toml; next to nothing while the speaker is silent
 * Errors  none
 * Source  an adaptive filter in partitions of the spectrum (Soo and Pang, "Multidelay block frequency domain adaptive
 *         filter", 1990); its step by how much of the error still looks like echo (Valin 2007), so that a child who
 *         talks over the toy does not spoil it. Reaches TOY_ECHO_PARTS * 4 ms.
 * Bits    the same on every machine: single precision in a fixed order, built without contraction */
#ifndef TOY_AUDIO_ECHO_H
#define TOY_AUDIO_ECHO_H

#include <stdbool.h>
#include <stdint.h>

#include "audio/format.h"
#include "audio/spectrum.h"

#define TOY_ECHO_BLOCK 64
#define TOY_ECHO_PARTS 12
#define TOY_ECHO_HANG_FRAMES 5 /* the tail of the room, after the speaker fell silent */

typedef struct {
    toy_spectrum_t filter[TOY_ECHO_PARTS];  /* 0 is the newest past */
    toy_spectrum_t played[TOY_ECHO_PARTS];  /* a ring of what the speaker was given */
    float power[TOY_SPECTRUM_BINS];         /* of it, smoothed */
    float echo_mean[TOY_SPECTRUM_BINS], error_mean[TOY_SPECTRUM_BINS];
    float together, alone;  /* how error and echo go up and down together; how the echo does alone */
    float leaked;               /* share of the expected echo that is still in the error */
    float past[TOY_ECHO_BLOCK]; /* the speaker's last block */
    float gain;             /* of what is left, 0..1, so that a residue that is only echo is pushed down */
    float heard_mean, left_mean; /* power of the microphone, before and after, over about 0.3 s */
    uint32_t blocks;        /* adapted so far; saturates */
    uint8_t at, mending;    /* newest of the ring; the filter part whose wrapped half is cleared next */
    bool learns;            /* every second block does: it is as good, and cheaper */
    uint8_t hang_frames;
} toy_echo_t;

void toy_echo_init(toy_echo_t *echo);

/* Whether more is left than an echo leaves: what sounds like a word and is not louder than that was the toy's own. */
bool toy_echo_somebody_else(const toy_echo_t *echo);

/* speaker: the frame that was last given to the speaker. Out: true while there may be an echo. */
bool toy_echo_frame(toy_echo_t *echo, const int16_t speaker[TOY_FRAME_SAMPLES], int16_t microphone[TOY_FRAME_SAMPLES]);

#endif
