/* ear.h - the microphone's secure side: ring, wake word, commands, and when of all this sound may leave.
 * In      int16[320] every 20 ms, from the microphone's driver alone; how app wants them heard; what the speaker was given
 * Out     toy_heard_t a frame; frames of sound by number, each decodes alone, from the moment when the toy was called (wake
 *         phrase, paw) until its turn is over or TOY_EAR_OPEN_FRAMES have passed
 * Memory  toy_ear_t and the arena: 164 bytes a frame, echo canceller and networks; weights stay in flash
 * Time    budget in tests/budgets.toml (`hear`)
 * Errors  init: as toy_wake_init; take: see secure/gateway.h
 * How     What is not open is overwritten: by newer sound within 3.2 s, at once when app lets the turn rest.
 *         An open microphone (a toy without a wake word) is always open. A wake phrase does not count while the toy speaks and
 *         nobody else is heard. */
#ifndef TOY_SECURE_EAR_H
#define TOY_SECURE_EAR_H

#include <stdbool.h>

#include "audio/echo.h"
#include "audio/vad.h"
#include "secure/gateway.h"
#include "wake/wake.h"

#define TOY_EAR_FRAMES 160u       /* 3.2 s: the pre-roll of 2 s, and a link that pauses */
#define TOY_EAR_OPEN_FRAMES 3750u /* 75 s: the longest turn, and a question that follows it */

typedef struct {
    const toy_wake_config_t *spotter; /* NULL: no wake word, no commands, no echo to be taken out */
    bool open_microphone;
    uint32_t silence_ms; /* 0: TOY_VAD_SILENCE_MS */
} toy_ear_config_t;

typedef struct {
    toy_capture_t sound;
    toy_vad_t vad;
    toy_wake_t wake;
    toy_echo_t *echo; /* NULL: no spotter */
    int16_t *played;  /* a frame: what the speaker was given last */
    uint32_t number;  /* of the next frame */
    uint32_t open_frames; /* for so many more it is open */
    bool open_microphone, muted;
} toy_ear_t;

/* An upper bound; a test compares. */
size_t toy_ear_arena_bytes(const toy_ear_config_t *config);
TOY_MUST_USE toy_status_t toy_ear_init(toy_ear_t *ear, const toy_ear_config_t *config, toy_arena_t *arena);

/* For whoever has the microphone, the paw and the switch. */
void toy_ear_hear(toy_ear_t *ear, const int16_t samples[TOY_FRAME_SAMPLES], const toy_heed_t *heed,
                  toy_heard_t *heard);
void toy_ear_call(toy_ear_t *ear);
void toy_ear_mute(toy_ear_t *ear, bool on); /* hears and holds nothing */

/* For app. */
toy_ears_t toy_ear_ears(toy_ear_t *ear);
TOY_MUST_USE toy_status_t toy_ear_take(const toy_ear_t *ear, uint32_t number, toy_sound_frame_t *frame);
/* A part of the frame that the speaker is given; from + count <= 640. */
void toy_ear_play(toy_ear_t *ear, size_t from, const uint8_t *bytes, size_t count);
void toy_ear_settle(toy_ear_t *ear);
void toy_ear_forget(toy_ear_t *ear);
void toy_ear_close(toy_ear_t *ear);

#endif
