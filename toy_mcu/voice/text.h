/* text.h - the few questions about terminated strings that the voice asks; the core links no string library.
 * In      terminated strings
 * Out     lengths, equality, places
 * Memory  none */
#ifndef TOY_VOICE_TEXT_H
#define TOY_VOICE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

static inline size_t toy_text_length(const char *text)
{
    size_t count = 0;
    while (text[count] != '\0') {
        ++count;
    }
    return count;
}

static inline bool toy_text_begins(const char *text, const char *start)
{
    while (*start != '\0' && *text == *start) {
        ++text;
        ++start;
    }
    return *start == '\0';
}

static inline bool toy_text_same(const char *left, const char *right)
{
    return toy_text_begins(left, right) && toy_text_length(left) == toy_text_length(right);
}

/* The first c in text, NULL when there is none. */
static inline const char *toy_text_find(const char *text, char c)
{
    for (; *text != '\0'; ++text) {
        if (*text == c) {
            return text;
        }
    }
    return NULL;
}

/* The last c in text, NULL when there is none. */
static inline const char *toy_text_find_last(const char *text, char c)
{
    const char *last = NULL;
    for (; *text != '\0'; ++text) {
        last = *text == c ? text : last;
    }
    return last;
}

#endif
