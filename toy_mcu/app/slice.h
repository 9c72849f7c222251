/* slice.h - the question cut into audio frames of any size: 20 ms for the cable, what fits for the radio.
 * In      the sound that the ears keep, a place in it, how many bytes a slice has
 * Out     ADPCM with the codec's state before it, so that each slice decodes alone
 * Memory  toy_slice_t, 220 bytes, on the caller's stack; a frame of 164 on its own
 * Errors  TOY_ERR_EMPTY not enough captured yet; TOY_ERR_STATE overwritten before it left, or the ears were closed
 * Why     12 bytes of header and 20 of the stream go with each frame: 17% of 160 bytes, 14% of 208. */
#ifndef TOY_APP_SLICE_H
#define TOY_APP_SLICE_H

#include "app/hearing.h"
#include "link/audio_frame.h"

typedef struct {
    uint32_t frame; /* of the microphone, and */
    uint32_t byte;  /* the next one in it */
} toy_slice_place_t;

typedef struct {
    toy_adpcm_t before;
    uint32_t count;
    uint8_t adpcm[TOY_AUDIO_FRAME_ADPCM_MAX_BYTES];
} toy_slice_t;

/* How many bytes of ADPCM lie between a place and the frame `until`, which is not counted. */
uint32_t toy_slice_waiting(const toy_slice_place_t *place, uint32_t until);

/* The next `count` bytes, 1..208; the place moves on behind them. */
TOY_MUST_USE toy_status_t toy_slice_take(const toy_hearing_t *hearing, toy_slice_place_t *place, uint32_t until, uint32_t count,
                                         toy_slice_t *slice);

#endif
