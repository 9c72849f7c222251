#include "app/alone/unsafe.h"

#include <string.h>

#define WORD_BYTES 32u

static uint32_t hash(const char *word, size_t count)
{
    uint32_t sum = 0x811C9DC5u; /* FNV-1a (Fowler, Noll, Vo) */
    for (size_t i = 0; i < count; ++i) {
        sum = (sum ^ (uint8_t)word[i]) * 0x01000193u;
    }
    return sum;
}

static bool ends_with(const char *word, size_t count, const char *ending, size_t ending_count)
{
    return count > ending_count + 1u && memcmp(word + count - ending_count, ending, ending_count) == 0;
}

/* The word without an ending, and then with what the ending had doubled or swallowed: stabbing, stabb, stab; dancing,
 * danc, dance. But hats are no hate: -s swallows nothing. */
static bool stem_is_unsafe(const toy_content_t *content, char *word, size_t count, bool swallows)
{
    char kept = word[count];
    bool found = toy_content_is_unsafe(content, hash(word, count));
    if (!found && swallows && count > 2u && word[count - 1u] == word[count - 2u]) {
        found = toy_content_is_unsafe(content, hash(word, count - 1u));
    }
    if (!found && swallows) {
        word[count] = 'e';
        found = toy_content_is_unsafe(content, hash(word, count + 1u));
        word[count] = kept;
    }
    return found;
}

/* word[-1] is a '=': the list has some words so, which stand for themselves alone. */
static bool word_is_unsafe(const toy_content_t *content, char *word, size_t count)
{
    static const struct {
        const char *text;
        size_t count;
        bool swallows;
    } ENDING[] = {{"s", 1, false}, {"es", 2, false}, {"d", 1, false}, {"ed", 2, true},  {"er", 2, true},
                  {"ers", 3, true}, {"ing", 3, true}, {"ings", 4, true}, {"y", 1, true}};
    if (toy_content_is_unsafe(content, hash(word, count)) || toy_content_is_unsafe(content, hash(word - 1, count + 1u))) {
        return true;
    }
    for (size_t i = 0; i < sizeof ENDING / sizeof ENDING[0]; ++i) {
        if (ends_with(word, count, ENDING[i].text, ENDING[i].count) &&
            stem_is_unsafe(content, word, count - ENDING[i].count, ENDING[i].swallows)) {
            return true;
        }
    }
    return false;
}

bool toy_unsafe_find(const toy_content_t *content, const char *sentence)
{
    char room[WORD_BYTES + 3u] = "=", *word = room + 1;
    size_t count = 0;
    for (const char *at = sentence;; ++at) {
        char letter = *at >= 'A' && *at <= 'Z' ? (char)(*at - 'A' + 'a') : *at;
        if (letter >= 'a' && letter <= 'z') {
            if (count < WORD_BYTES) { /* no word of the list is that long */
                word[count++] = letter;
            }
            continue;
        }
        word[count] = '\0';
        if (count > 0u && word_is_unsafe(content, word, count)) {
            return true;
        }
        count = 0;
        if (*at == '\0') {
            return false;
        }
    }
}
