/* pronounce.h - one word to phonemes with stress: dictionary, endings with ', letter-to-sound rules.
 * In      a word of a..z and ' in lower case
 * Out     phonemes, and for each vowel its stress; function words have none
 * Memory  none of its own
 * Errors  TOY_ERR_MEMORY when the word is longer than the room; TOY_ERR_MODEL from the lexicon
 * Source  stress: Allen, Hunnicutt and Klatt, "From Text to Speech: The MITalk System" (1987), reduced */
#ifndef TOY_VOICE_PRONOUNCE_H
#define TOY_VOICE_PRONOUNCE_H

#include "voice/words.h"
#include "voice/lexicon.h"

#define TOY_WORD_PHONES 48u

typedef struct {
    uint8_t phone[TOY_WORD_PHONES];
    uint8_t stress[TOY_WORD_PHONES];
    size_t count;
} toy_spoken_t;

TOY_MUST_USE toy_status_t toy_pronounce(const toy_lexicon_t *lexicon, const toy_token_t *word,
                                        toy_spoken_t *spoken);

#endif
