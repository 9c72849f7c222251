/* reply.h - the answer's sound on its way from the link to the speaker.
 * In      audio frames in order, 2..416 samples each, while there is credit; the word that it was the last
 * Out     int16[TOY_FRAME_SAMPLES] a call; how many frames the base may have sent in all
 * Memory  the arena, 212 bytes a frame
 * Errors  TOY_ERR_FULL beyond the credit; TOY_ERR_FORMAT a repeat or no ADPCM
 * Why     It starts once TOY_REPLY_AHEAD frames are here, and after a gap waits for as many again:
 *         one late frame then makes one pause and not a stutter. */
#ifndef TOY_APP_REPLY_H
#define TOY_APP_REPLY_H

#include <stdbool.h>
#include <stdint.h>

#include "app/brain.h"
#include "audio/codec.h"
#include "base/arena.h"
#include "link/audio_frame.h"

#define TOY_REPLY_AHEAD 3u /* 60 ms */

typedef struct {
    toy_adpcm_t before;
    uint8_t adpcm_bytes;
    uint8_t adpcm[TOY_AUDIO_FRAME_ADPCM_MAX_BYTES];
} toy_reply_frame_t;

typedef struct {
    toy_reply_frame_t *frames; /* number % capacity */
    uint32_t capacity;
    uint32_t first, next; /* waiting: first <= number < next, counted from the reply's begin */
    uint32_t byte;        /* next one of frame `first` */
    toy_adpcm_t codec;    /* state at that byte */
    uint16_t sequence;    /* expected from the base */
    bool flowing;         /* not waiting for frames to gather */
    bool started;         /* something was played */
    bool ended;           /* no more will come */
} toy_reply_t;

TOY_MUST_USE toy_status_t toy_reply_init(toy_reply_t *reply, uint32_t capacity_frames, toy_arena_t *arena);
void toy_reply_clear(toy_reply_t *reply);
TOY_MUST_USE toy_status_t toy_reply_put(toy_reply_t *reply, const toy_audio_frame_t *frame);
void toy_reply_end(toy_reply_t *reply);
uint16_t toy_reply_credit(const toy_reply_t *reply);

/* TOY_ANSWER_SOUND, _WAIT or _DONE. */
toy_answer_t toy_reply_next(toy_reply_t *reply, int16_t samples[TOY_FRAME_SAMPLES]);

#endif
