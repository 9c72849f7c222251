/* track.h - from phonemes with their durations to the synthesiser's parameters, 5 ms at a time.
 * In      a clause after prosody
 * Out     one toy_klatt_frame_t a call until the clause is over
 * Memory  about 100 bytes
 * Source  transitions by rank and boundary: Holmes, Mattingly and Shearme, Language and Speech 7 (1964) */
#ifndef TOY_VOICE_TRACK_H
#define TOY_VOICE_TRACK_H

#include "voice/clause.h"
#include "voice/klatt.h"

#define TOY_TRACK_STEP_MS 5u

typedef struct {
    const toy_clause_t *clause;
    uint16_t segment, point;
    uint32_t into_ms, at_ms;
    float pitch_hz; /* follows the points a little late, as muscles do */
    float voicing, aspiration;
} toy_track_t;

void toy_track_begin(toy_track_t *track, const toy_clause_t *clause);

/* false: the clause is over and frame is untouched. */
bool toy_track_next(toy_track_t *track, toy_klatt_frame_t *frame);

#endif
