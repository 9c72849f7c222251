/* voice.h - the toy's own voice: text in, sound out, 20 ms at a time.
 * In      UTF-8 text that stays where it is until it is spoken; WORD@NOTES is sung (song.h)
 * Out     int16 pcm[320] at 16 kHz, never beyond TOY_VOICE_PEAK; sound begins as soon as one clause is read
 * Memory  the caller's arena, at most TOY_VOICE_ARENA_BYTES; never allocates
 * Time    budget in tests/budgets.toml; the same samples on every machine
 * Errors  TOY_ERR_ARG, TOY_ERR_MEMORY, TOY_ERR_MODEL a damaged lexicon; TOY_ERR_EMPTY all is said
 * Source  Klatt (1980); Allen, Hunnicutt and Klatt, "From Text to Speech" (1987) */
#ifndef TOY_VOICE_VOICE_H
#define TOY_VOICE_VOICE_H

#include "base/arena.h"
#include "voice/klatt.h"
#include "voice/lexicon.h"
#include "voice/prosody.h"
#include "voice/pronounce.h"
#include "voice/track.h"
#include "voice/words.h"

#define TOY_VOICE_SAMPLES 320u
#define TOY_VOICE_ARENA_BYTES 8192u

typedef struct {
    toy_style_t style;
    uint8_t size_percent;   /* of formants: 100 a man, 115 a woman, 130 a child */
    uint8_t breath_percent; /* air in the voice */
} toy_voice_config_t;

typedef struct {
    toy_voice_config_t config;
    toy_lexicon_t lexicon;
    toy_words_t words;
    toy_clause_t *clause; /* in the arena */
    toy_track_t track;
    toy_klatt_t klatt;
    toy_token_t waiting; /* read, but for the next clause */
    bool has_waiting, speaking;
} toy_voice_t;

extern const toy_voice_config_t toy_voice_plush; /* the plush's own: warm, small, not too fast */

/* config NULL: toy_voice_plush. */
TOY_MUST_USE toy_status_t toy_voice_init(toy_voice_t *voice, const toy_voice_config_t *config,
                                         toy_arena_t *arena);

/* Begins a text; what was being said is dropped. */
TOY_MUST_USE toy_status_t toy_voice_begin(toy_voice_t *voice, const char *text);

/* One frame; TOY_ERR_EMPTY and silence when all is said. */
TOY_MUST_USE toy_status_t toy_voice_next(toy_voice_t *voice, int16_t pcm[TOY_VOICE_SAMPLES]);

#endif
