/* song.h - the notes behind a word: "C4,D4:2" is one beat of middle C, then two of the D above.
 * In      text after the @: notes a..g or A..G, then # or b, an octave 2..6, :BEATS in halves (1, 1.5, 2)
 * Out     pitch and length of one note at a time
 * Memory  none
 * Errors  0 when there is no further note that can be read
 * Source  equal temperament, A4 = 440 Hz */
#ifndef TOY_VOICE_SONG_H
#define TOY_VOICE_SONG_H

#include <stdint.h>

/* Reads one note at *text and moves behind it and its comma; its Hz, or 0. */
uint16_t toy_song_note(const char **text, uint16_t beat_ms, uint16_t *ms);

#endif
