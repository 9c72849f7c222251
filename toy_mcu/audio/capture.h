/* capture.h - the last seconds of the microphone as ADPCM: pre-roll, and the question for any brain.
 * In      20 ms frames with their running number
 * Out     any frame still held, by number; each decodes alone
 * Memory  the arena, 164 bytes a frame
 * Why     Sound that waits for the link waits here and nowhere else: a brain that takes over has it all. */
#ifndef TOY_AUDIO_CAPTURE_H
#define TOY_AUDIO_CAPTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "audio/codec.h"
#include "audio/format.h"
#include "base/arena.h"

typedef struct {
    toy_adpcm_t before; /* codec state before the first sample */
    uint8_t adpcm[TOY_FRAME_ADPCM_BYTES];
} toy_sound_frame_t;

typedef struct {
    toy_sound_frame_t *frames; /* number % capacity */
    uint32_t capacity;
    uint32_t first, next; /* held: first <= number < next */
    toy_adpcm_t codec;
} toy_capture_t;

TOY_MUST_USE toy_status_t toy_capture_init(toy_capture_t *capture, uint32_t capacity_frames,
                                           toy_arena_t *arena);

/* A number that does not follow the last one starts afresh: the sound between was not meant to be heard. */
void toy_capture_add(toy_capture_t *capture, uint32_t number, const int16_t samples[TOY_FRAME_SAMPLES]);
void toy_capture_forget(toy_capture_t *capture);

/* NULL when it was overwritten, never recorded, or is still to come. */
const toy_sound_frame_t *toy_capture_get(const toy_capture_t *capture, uint32_t number);

#endif
