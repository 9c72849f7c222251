#include "voice/pronounce.h"

#include <string.h>

#include "voice/clause.h"
#include "voice/text.h"

/* Words that carry no accent of their own. */
static const char *const weak_words[] = {
    "a", "an", "the", "and", "or", "but", "of", "to", "in", "on", "at", "by", "for", "from", "with",
    "as", "is", "was", "are", "were", "be", "been", "am", "has", "have", "had", "he", "she", "it",
    "they", "we", "you", "i", "him", "her", "them", "us", "me", "my", "your", "his", "their", "its",
    "our", "that", "than", "so", "if", "do", "does", "did", "can", "could", "would", "will", "should",
    "into", "it's", "i'm", "he's", "she's", "there", "some", "who", "when", "because", "then", "i'll",
    "let's",
};

static bool is_weak(const char *word)
{
    for (size_t at = 0; at < sizeof weak_words / sizeof weak_words[0]; ++at) {
        if (toy_text_same(word, weak_words[at])) {
            return true;
        }
    }
    return false;
}

static toy_status_t plain(const toy_lexicon_t *lexicon, const char *word, size_t letters,
                          toy_spoken_t *spoken)
{
    spoken->count = TOY_WORD_PHONES - 4u; /* room for an ending */
    toy_status_t found = toy_lexicon_find(lexicon, word, letters, spoken->phone, &spoken->count);
    if (found != TOY_ERR_EMPTY) {
        return found;
    }
    spoken->count = TOY_WORD_PHONES - 4u;
    return toy_lexicon_guess(lexicon, word, letters, spoken->phone, &spoken->count);
}

static void append(toy_spoken_t *spoken, uint8_t phone) { spoken->phone[spoken->count++] = phone; }

/* 's after another word: iz after a hiss, s after a voiceless sound, else z. */
static void append_s(toy_spoken_t *spoken)
{
    uint8_t last = spoken->count > 0u ? spoken->phone[spoken->count - 1u] : TOY_PHONE_SILENCE;
    bool hiss = last == TOY_PHONE_S || last == TOY_PHONE_Z || last == TOY_PHONE_SH || last == TOY_PHONE_ZH ||
                last == TOY_PHONE_CH || last == TOY_PHONE_JH;
    if (hiss) {
        append(spoken, TOY_PHONE_IH);
    }
    append(spoken, !hiss && !toy_phones[last].voiced ? TOY_PHONE_S : TOY_PHONE_Z);
}

static void append_ending(toy_spoken_t *spoken, const char *ending)
{
    uint8_t last = spoken->count > 0u ? spoken->phone[spoken->count - 1u] : TOY_PHONE_SILENCE;
    if (toy_text_same(ending, "s")) {
        append_s(spoken);
    } else if (toy_text_same(ending, "ll")) {
        if (!toy_phone_is_vowel(last)) {
            append(spoken, TOY_PHONE_AH);
        }
        append(spoken, TOY_PHONE_L);
    } else if (toy_text_same(ending, "re")) {
        append(spoken, TOY_PHONE_R);
    } else if (toy_text_same(ending, "ve")) {
        append(spoken, TOY_PHONE_V);
    } else if (toy_text_same(ending, "m")) {
        append(spoken, TOY_PHONE_M);
    } else if (toy_text_same(ending, "d")) {
        if (last == TOY_PHONE_T || last == TOY_PHONE_D) {
            append(spoken, TOY_PHONE_AH);
        }
        append(spoken, TOY_PHONE_D);
    } else if (toy_text_same(ending, "t")) {
        append(spoken, TOY_PHONE_T);
    }
}

static toy_status_t with_apostrophe(const toy_lexicon_t *lexicon, const toy_token_t *word,
                                    toy_spoken_t *spoken)
{
    spoken->count = TOY_WORD_PHONES;
    toy_status_t found = toy_lexicon_find(lexicon, word->text, word->letters, spoken->phone, &spoken->count);
    const char *mark = toy_text_find_last(word->text, '\'');
    if (found != TOY_ERR_EMPTY || mark == NULL) {
        return found;
    }
    TOY_TRY(plain(lexicon, word->text, (size_t)(mark - word->text), spoken));
    append_ending(spoken, mark + 1);
    return TOY_OK;
}

static bool has_vowel(const char *word)
{
    while (*word != '\0' && toy_text_find("aeiouy'", *word) == NULL) {
        ++word;
    }
    return *word != '\0';
}

/* TV, PS: without a vowel there is nothing to say but the letters. */
static bool is_spelled(const toy_token_t *word)
{
    return (word->capitals || word->letters < 4u) && !has_vowel(word->text);
}

static toy_status_t spell(const toy_lexicon_t *lexicon, const toy_token_t *word, toy_spoken_t *spoken)
{
    static const char *const names[26] = {"ay",  "bee", "see", "dee", "ee",  "eff", "gee", "aitch", "eye",
                                          "jay", "kay", "ell", "em",  "en",  "oh",  "pee", "cue",   "are",
                                          "ess", "tea", "you", "vee", "doubleyou", "ex", "why", "zee"};
    toy_spoken_t name;
    spoken->count = 0;
    for (size_t at = 0; at < word->letters && word->text[at] >= 'a'; ++at) {
        const char *said = names[word->text[at] - 'a'];
        TOY_TRY(plain(lexicon, said, toy_text_length(said), &name));
        if (spoken->count + name.count > TOY_WORD_PHONES) {
            return TOY_ERR_MEMORY;
        }
        memcpy(spoken->phone + spoken->count, name.phone, name.count);
        spoken->count += name.count;
    }
    return TOY_OK;
}

static bool ends(const toy_token_t *word, const char *ending)
{
    size_t count = toy_text_length(ending);
    return word->letters > count && toy_text_same(word->text + word->letters - count, ending);
}

static bool is_light(uint8_t phone)
{
    return phone == TOY_PHONE_AH || phone == TOY_PHONE_ER || phone == TOY_PHONE_IH;
}

/* Which syllable is the strong one: before -tion, -ic, -ity; after a weak prefix; else the first. */
static size_t main_syllable(const toy_token_t *word, const uint8_t *vowel, size_t vowels)
{
    static const char *const pullers[] = {"tion", "sion", "ic", "cian", "tions", "cial", "ics"};
    static const char *const far_pullers[] = {"ity", "ical", "ify", "ogy", "ically"};
    for (size_t at = 0; at < sizeof far_pullers / sizeof far_pullers[0]; ++at) {
        if (vowels >= 3u && ends(word, far_pullers[at])) {
            return vowels - 3u;
        }
    }
    for (size_t at = 0; at < sizeof pullers / sizeof pullers[0]; ++at) {
        if (vowels >= 2u && ends(word, pullers[at])) {
            return vowels - 2u;
        }
    }
    if (vowels >= 2u && is_light(vowel[0]) && !is_light(vowel[1]) && vowel[1] != TOY_PHONE_IY) {
        return 1u; /* a-bout, be-cause, po-lite */
    }
    if (vowels >= 2u && vowel[0] == TOY_PHONE_AH && word->text[0] == 'a' && vowel[1] != TOY_PHONE_ER) {
        return 1u; /* a-nother */
    }
    return 0u;
}

static void stress(const toy_token_t *word, toy_spoken_t *spoken)
{
    uint8_t vowel[TOY_WORD_PHONES];
    size_t vowels = 0, syllable = 0;
    for (size_t at = 0; at < spoken->count; ++at) {
        spoken->stress[at] = TOY_STRESS_NONE;
        if (toy_phone_is_vowel(spoken->phone[at])) {
            vowel[vowels++] = spoken->phone[at];
        }
    }
    bool weak = is_weak(word->text);
    size_t strong = main_syllable(word, vowel, vowels);
    for (size_t at = 0; at < spoken->count; ++at) {
        if (!toy_phone_is_vowel(spoken->phone[at])) {
            continue;
        }
        if (!weak && syllable == strong) {
            spoken->stress[at] = TOY_STRESS_MAIN;
        } else if (spoken->phone[at] == TOY_PHONE_AH) {
            spoken->phone[at] = TOY_PHONE_AX;
        } else if (!is_light(spoken->phone[at]) && !weak && spoken->phone[at] != TOY_PHONE_IY) {
            spoken->stress[at] = TOY_STRESS_SECOND;
        }
        ++syllable;
    }
}

toy_status_t toy_pronounce(const toy_lexicon_t *lexicon, const toy_token_t *word, toy_spoken_t *spoken)
{
    size_t listed = TOY_WORD_PHONES;
    if (toy_text_find(word->text, '\'') != NULL) {
        TOY_TRY(with_apostrophe(lexicon, word, spoken));
    } else if (is_spelled(word) &&
               toy_lexicon_find(lexicon, word->text, word->letters, spoken->phone, &listed) != TOY_OK) {
        TOY_TRY(spell(lexicon, word, spoken));
    } else {
        TOY_TRY(plain(lexicon, word->text, word->letters, spoken));
    }
    stress(word, spoken);
    return TOY_OK;
}
