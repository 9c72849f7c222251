/* vad.h - is somebody speaking, since when, and have they stopped?
 * In      int16[TOY_FRAME_SAMPLES] and the sample clock of its first sample
 * Out     per frame: voiced or not, onset, end; the sample clocks of both ends of the speech
 * Memory  about 100 bytes
 * Time    budget in tests/budgets.toml; integers only
 * Source  minimum statistics (R. Martin, "Noise power spectral density estimation", 2001) in two bands
 * How     Two levels are watched: the voice band above about 160 Hz, where neither offset nor mains hum counts,
 *         and its first difference, where s, f and t live. The noise floor of each is its minimum over about
 *         2 s, so that any steady noise becomes the floor, however loud. Well above either is voiced. */
#ifndef TOY_AUDIO_VAD_H
#define TOY_AUDIO_VAD_H

#include <stdbool.h>
#include <stdint.h>

#include "audio/format.h"

#define TOY_VAD_SILENCE_MS 400 /* default: this much silence ends an utterance */
#define TOY_VAD_BLOCKS 8
#define TOY_VAD_BLOCK_FRAMES 12

typedef enum { TOY_VAD_NOTHING, TOY_VAD_ONSET, TOY_VAD_END } toy_vad_event_t;

typedef struct {
    int16_t level_db_q4;              /* of this frame, dB over one unit, Q4 */
    int16_t smooth_db_q4;             /* what the minimum is taken of */
    int16_t least_db_q4;              /* in the block that is being filled */
    int16_t block_db_q4[TOY_VAD_BLOCKS];
    int16_t floor_db_q4;
} toy_vad_band_t;

typedef struct {
    uint32_t silence_frames;
    int32_t low_q8[2]; /* the two high-pass stages: what each takes away */
    int32_t previous;  /* last high-passed sample */
    toy_vad_band_t body, hiss;
    uint8_t block_frame, block;
    uint8_t run;             /* voiced frames, less the unvoiced between them */
    uint8_t together;        /* voiced frames in a row */
    int16_t peak_db_q4;      /* of this utterance */
    uint32_t run_sample;     /* where the run began */
    uint32_t silent_frames;  /* since the last voiced one */
    bool voiced;             /* the last frame */
    bool speaking;           /* between onset and end */
    uint32_t onset_sample;   /* first sample of the first voiced frame */
    uint32_t voiced_end_sample; /* just after the last voiced sample */
} toy_vad_t;

void toy_vad_init(toy_vad_t *vad, uint32_t silence_ms);
toy_vad_event_t toy_vad_frame(toy_vad_t *vad, const int16_t samples[TOY_FRAME_SAMPLES],
                              uint32_t first_sample);

/* Forgets speech that was under way, keeps what is known of the room: after the toy spoke or was muted. */
void toy_vad_forget(toy_vad_t *vad);

/* How far the last voiced frames stood above the noise, whole dB; 0 when nobody spoke. */
int toy_vad_snr_db(const toy_vad_t *vad);

#endif
