/* mouth.h - the toy's own voice for one sentence after the other, in the mood of the hour.
 * In      terminated text that stays where it is until it is spoken; WORD@NOTES is sung
 * Out     int16[TOY_FRAME_SAMPLES] a call until all is said
 * Memory  the arena: TOY_VOICE_ARENA_BYTES
 * Time    budget in tests/budgets.toml
 * Errors  as toy_voice_init */
#ifndef TOY_APP_ALONE_MOUTH_H
#define TOY_APP_ALONE_MOUTH_H

#include "audio/format.h"
#include "voice/voice.h"

typedef enum { TOY_MOOD_PLAIN, TOY_MOOD_SLEEPY } toy_mood_t;

typedef struct {
    toy_voice_t voice;
    toy_mood_t mood;
    bool speaking;
} toy_mouth_t;

TOY_MUST_USE toy_status_t toy_mouth_init(toy_mouth_t *mouth, toy_arena_t *arena);
void toy_mouth_say(toy_mouth_t *mouth, const char *text, toy_mood_t mood);
void toy_mouth_hush(toy_mouth_t *mouth);

/* False when all is said; the frame is then untouched. */
bool toy_mouth_next(toy_mouth_t *mouth, int16_t samples[TOY_FRAME_SAMPLES]);

#endif
