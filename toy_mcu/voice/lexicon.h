/* lexicon.h - how a word is said: a dictionary of the irregular ones, decision trees for all others.
 * In      the table of models/voice/build_dictionary.py, which describes its layout; words of a..z and '
 * Out     phonemes of phones.h, without stress
 * Memory  40 bytes; the table stays in flash
 * Errors  TOY_ERR_MODEL not such a table, or pointing outside itself; TOY_ERR_CHECKSUM damaged;
 *         TOY_ERR_EMPTY not listed; TOY_ERR_MEMORY more phonemes than there is room for
 * Source  CMUdict; trees as in Breiman et al. (1984) */
#ifndef TOY_VOICE_LEXICON_H
#define TOY_VOICE_LEXICON_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

typedef struct {
    const uint8_t *roots, *classes, *nodes, *index, *words, *end;
    uint32_t node_count, class_count, word_count;
} toy_lexicon_t;

extern const uint32_t toy_voice_lexicon[]; /* the shipped table, and its size */
extern const uint32_t toy_voice_lexicon_bytes;

TOY_MUST_USE toy_status_t toy_lexicon_open(toy_lexicon_t *lexicon, const uint8_t *table, size_t count);

/* From the dictionary; *phones_count is room on entry and what was written on return. */
TOY_MUST_USE toy_status_t toy_lexicon_find(const toy_lexicon_t *lexicon, const char *word, size_t letters,
                                           uint8_t *phones, size_t *phones_count);

/* By the trees: any word has a pronunciation. */
TOY_MUST_USE toy_status_t toy_lexicon_guess(const toy_lexicon_t *lexicon, const char *word, size_t letters,
                                            uint8_t *phones, size_t *phones_count);

#endif
