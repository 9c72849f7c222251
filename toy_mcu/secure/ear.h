/* ear.h - the microphone's secure side: what is heard before the wake word stays here, and is overwritten in 2 s.
 * In      int16[320] every 20 ms, from the secure world's microphone driver alone
 * Out     once the wake word was heard, and until closed: frames by number, each decodes alone
 * Memory  toy_ear_t and the arena: 164 bytes a frame, and the wake word's own
 * Errors  take: TOY_ERR_AUTH nobody has called the plush; TOY_ERR_EMPTY not held
 * The talking toy still spots and keeps in app (app/spotter, app/capture): see SECURITY.md. */
#ifndef TOY_SECURE_EAR_H
#define TOY_SECURE_EAR_H

#include <stdbool.h>

#include "audio/codec.h"
#include "audio/format.h"
#include "audio/vad.h"
#include "base/arena.h"
#include "wake/wake.h"

#define TOY_EAR_FRAMES 100u

typedef struct {
    uint8_t adpcm[TOY_FRAME_ADPCM_BYTES];
    int16_t predictor;
    uint8_t step_index;
} toy_ear_frame_t;

typedef struct {
    toy_vad_t vad;
    toy_wake_t wake;
    toy_adpcm_t codec;
    toy_ear_frame_t *frames; /* number % TOY_EAR_FRAMES */
    uint32_t next, held;
    bool open; /* the wake word was accepted */
    uint8_t score;
} toy_ear_t;

TOY_MUST_USE toy_status_t toy_ear_init(toy_ear_t *ear, const toy_wake_config_t *spotter, toy_arena_t *arena);
void toy_ear_hear(toy_ear_t *ear, const int16_t samples[TOY_FRAME_SAMPLES]);
TOY_MUST_USE toy_status_t toy_ear_take(const toy_ear_t *ear, uint32_t number, toy_ear_frame_t *frame);
void toy_ear_close(toy_ear_t *ear); /* the turn is over: all that was heard is overwritten */

#endif
