/* wake.h - the spotter as a whole: sound in, "hey teddy" and commands out.
 * In      int16[320] every 20 ms with the sample clock of its first sample; whether somebody is heard (audio/vad);
 *         what to listen for (TOY_HEAR_... of intent.h)
 * Out     events with score and the sample clock at which they were decided
 * Memory  caller's arena, about 25 KB, measured in tests/budgets.toml; model blobs stay in flash
 * Time    budget in tests/budgets.toml; while nobody is heard a frame costs a copy of 640 bytes
 * Errors  TOY_ERR_MODEL, TOY_ERR_MEMORY, TOY_ERR_ARG from init; a step cannot fail
 * How     After 1.5 s without voice the networks stop. The last 240 ms wait in a ring; when voice is heard they are
 *         worked off at three frames a step, so that the beginning of the word is not lost. */
#ifndef TOY_WAKE_WAKE_H
#define TOY_WAKE_WAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "wake/features.h"
#include "wake/gate.h"
#include "wake/intent.h"
#include "wake/net.h"

#define TOY_WAKE_FRAME_SAMPLES 320
#define TOY_WAKE_BACK_FRAMES 12
#define TOY_WAKE_HANG_FRAMES 75

typedef struct {
    const void *phrase_blob; /* at least word-aligned; toy_wake_phrase_model is the shipped one */
    size_t phrase_bytes;
    const void *commands_blob; /* NULL: no commands */
    size_t commands_bytes;
} toy_wake_config_t;

typedef struct {
    bool woken;                  /* the phrase was heard */
    uint16_t wake_score;         /* smoothed, 0..32767; always filled in */
    toy_intent_t command;        /* TOY_INTENT_NONE or a command */
    uint16_t command_score;
    uint32_t decided_sample;     /* just after the sound that decided it */
} toy_wake_result_t;

typedef struct {
    toy_features_t features;
    toy_features_scratch_t *scratch;
    int16_t *back; /* (TOY_WAKE_BACK_FRAMES, 320), a ring */
    toy_net_t phrase, commands;
    toy_gate_t phrase_gate, commands_gate;
    bool has_commands, hears_commands;
    uint8_t back_at, waiting_frames; /* frames of the ring that are not worked off */
    uint8_t active_frames;           /* that are left before the networks stop */
} toy_wake_t;

TOY_MUST_USE toy_status_t toy_wake_init(toy_wake_t *wake, const toy_wake_config_t *config, toy_arena_t *arena);
void toy_wake_step(toy_wake_t *wake, const int16_t pcm[TOY_WAKE_FRAME_SAMPLES], uint32_t first_sample, bool voiced,
                   uint32_t hear, toy_wake_result_t *result);

/* The models that ship with the firmware, written by the build from models/wake/weights. */
extern const uint32_t toy_wake_phrase_model[], toy_wake_commands_model[];
extern const uint32_t toy_wake_phrase_model_bytes, toy_wake_commands_model_bytes;

#endif
