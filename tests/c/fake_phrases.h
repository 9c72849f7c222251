/* fake_phrases.h - a small phrase bank, laid out as models/voice/build_phrases.py says. */
#ifndef FAKE_PHRASES_H
#define FAKE_PHRASES_H

#include <stddef.h>
#include <stdint.h>

#define FAKE_PHRASES_BYTES 8192u
#define FAKE_PHRASES_EACH 3u      /* of every tag but digit */
#define FAKE_PHRASE_SAMPLES 400u  /* not a whole number of frames */
#define FAKE_PHRASE_PEAK 1500     /* what the speaker plays when the toy speaks by itself */

/* Returns the blob's bytes; it is written into a block of FAKE_PHRASES_BYTES. */
size_t fake_phrases_make(uint8_t *blob);

/* The same with nods, which would sound while a base thinks. */
size_t fake_phrases_with_nods(uint8_t *blob);

#endif
