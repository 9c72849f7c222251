/* clause.h - what is said in one breath: phonemes with stress; after prosody also time and melody.
 * In      filled by speech.c word by word, then by prosody.c
 * Out     read by track.c
 * Memory  about 3 KB in the caller's arena */
#ifndef TOY_VOICE_CLAUSE_H
#define TOY_VOICE_CLAUSE_H

#include <stdbool.h>
#include <stdint.h>

#include "voice/phones.h"

#define TOY_CLAUSE_SEGMENTS 240u
#define TOY_CLAUSE_POINTS 120u
#define TOY_SYLLABLES_MOST 8u /* notes of one word */

typedef enum { TOY_STRESS_NONE, TOY_STRESS_SECOND, TOY_STRESS_MAIN } toy_stress_t;

typedef struct {
    uint8_t phone;
    uint8_t stress;       /* of a vowel */
    bool word_end;        /* the last phoneme of its word */
    bool unsaid;          /* a stop that is not released */
    uint16_t ms;
    uint16_t release_ms;  /* of a stop: from the burst to the end */
    uint16_t note_hz;     /* of a vowel that is sung, else 0 */
    uint16_t note_ms;     /* how long the whole syllable is held */
} toy_segment_t;

typedef struct {
    uint16_t at_ms;
    uint16_t hz;
} toy_pitch_point_t;

typedef struct {
    toy_segment_t segment[TOY_CLAUSE_SEGMENTS];
    toy_pitch_point_t point[TOY_CLAUSE_POINTS];
    uint16_t count, points;
    char ending; /* , . ? ! */
} toy_clause_t;

#endif
