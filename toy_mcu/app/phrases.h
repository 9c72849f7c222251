/* phrases.h - the bank of recorded phrases: checked once, then read in place from flash.
 * In      the blob of models/voice/build_phrases.py, which describes its layout
 * Out     a phrase's sound (ADPCM) and text; a choice that does not repeat itself
 * Memory  about 60 bytes; the blob stays where it is
 * Errors  TOY_ERR_MODEL not such a blob, or cut short, or pointing outside itself; TOY_ERR_CHECKSUM damaged;
 *         TOY_ERR_EMPTY no phrase of that kind */
#ifndef TOY_APP_PHRASES_H
#define TOY_APP_PHRASES_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

#define TOY_PHRASE_MOST 256u
#define TOY_PHRASE_TEXT_BYTES 100u

typedef enum {
    TOY_PHRASE_DIGIT,  /* the ten digits are phrases 0..9 */
    TOY_PHRASE_EXCUSE, /* why there is no answer, when what it says by itself is damaged */
    TOY_PHRASE_NOD,    /* before an answer that is on its way: short, without words */
    TOY_PHRASE_TAGS
} toy_phrase_tag_t;

typedef struct {
    const uint8_t *adpcm; /* from codec state 0, 0 */
    uint32_t adpcm_bytes;
    const char *text; /* not terminated */
    uint8_t text_bytes;
    uint8_t tag;
} toy_phrase_t;

typedef struct {
    const uint8_t *blob; /* NULL: there is no bank, every choice is TOY_ERR_EMPTY */
    uint32_t count;
    uint32_t chance;                       /* state of the generator */
    uint32_t told[TOY_PHRASE_MOST / 32u];  /* one bit a phrase: said in this round */
    uint16_t last[TOY_PHRASE_TAGS];        /* index + 1 of the last one of each kind */
} toy_phrases_t;

/* seed: any number; another one gives another order. */
TOY_MUST_USE toy_status_t toy_phrases_open(toy_phrases_t *phrases, const uint8_t *blob, size_t count,
                                           uint32_t seed);
TOY_MUST_USE toy_status_t toy_phrases_get(const toy_phrases_t *phrases, uint32_t index, toy_phrase_t *phrase);

/* All of a kind once, in a random order, before any comes again; and never the same one twice running. */
TOY_MUST_USE toy_status_t toy_phrases_choose(toy_phrases_t *phrases, toy_phrase_tag_t tag, uint32_t *index);

#endif
