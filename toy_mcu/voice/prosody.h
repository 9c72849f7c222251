/* prosody.h - time and melody for a clause of phonemes.
 * In      phonemes with stress; the style of the voice
 * Out     the same with durations, stop releases and pitch points
 * Memory  none of its own
 * Source  durations: Klatt's rules in Allen, Hunnicutt and Klatt (1987), chapter 9; melody: a falling line,
 *         a rise on each stressed syllable, after Pierrehumbert, JASA 70 (1981) */
#ifndef TOY_VOICE_PROSODY_H
#define TOY_VOICE_PROSODY_H

#include "voice/clause.h"

typedef struct {
    uint16_t pitch_hz;      /* of a calm middle */
    uint8_t lively_percent; /* how far the melody moves; 100 is plain, 0 a robot */
    uint8_t speed_percent;  /* 100 is a calm reader */
    uint16_t beat_ms;       /* of a song */
} toy_style_t;

void toy_prosody(toy_clause_t *clause, const toy_style_t *style);

#endif
