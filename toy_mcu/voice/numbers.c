#include <string.h>

#include "voice/text.h"
#include "voice/words.h"

static const char *const small[20] = {
    "zero", "one",    "two",    "three",    "four",     "five",    "six",     "seven",     "eight",    "nine",
    "ten",  "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen"};
static const char *const tens[10] = {"",      "",      "twenty",  "thirty", "forty",
                                     "fifty", "sixty", "seventy", "eighty", "ninety"};
static const char *const odd_ordinals[][2] = {{"one", "first"},   {"two", "second"},  {"three", "third"},
                                              {"five", "fifth"},  {"eight", "eighth"}, {"nine", "ninth"},
                                              {"twelve", "twelfth"}};

static void add(char *text, size_t size, const char *word)
{
    size_t used = toy_text_length(text), more = toy_text_length(word);
    if (used + more + 2u > size) {
        return;
    }
    if (used > 0u) {
        text[used++] = ' ';
    }
    memcpy(text + used, word, more + 1u);
}

static void below_thousand(uint32_t number, char *text, size_t size)
{
    if (number >= 100u) {
        add(text, size, small[number / 100u]);
        add(text, size, "hundred");
        number %= 100u;
        if (number == 0u) {
            return;
        }
        add(text, size, "and");
    }
    if (number < 20u) {
        add(text, size, small[number]);
        return;
    }
    add(text, size, tens[number / 10u]);
    if (number % 10u != 0u) {
        add(text, size, small[number % 10u]);
    }
}

static void make_ordinal(char *text, size_t size)
{
    const char *space = toy_text_find_last(text, ' ');
    char *last = space == NULL ? text : text + (space - text) + 1;
    for (size_t at = 0; at < sizeof odd_ordinals / sizeof odd_ordinals[0]; ++at) {
        if (toy_text_same(last, odd_ordinals[at][0]) && (size_t)(last - text) + 8u < size) {
            memcpy(last, odd_ordinals[at][1], toy_text_length(odd_ordinals[at][1]) + 1u);
            return;
        }
    }
    size_t end = toy_text_length(text);
    if (end + 5u < size && end > 0u) {
        bool ty = text[end - 1u] == 'y';
        memcpy(text + end - (ty ? 1u : 0u), ty ? "ieth" : "th", ty ? 5u : 3u);
    }
}

void toy_number_words(uint32_t number, bool ordinal, char *text, size_t size)
{
    if (number >= 1000000u) {
        below_thousand(number / 1000000u % 1000u, text, size);
        add(text, size, "million");
    }
    if (number >= 1000u && number / 1000u % 1000u != 0u) {
        below_thousand(number / 1000u % 1000u, text, size);
        add(text, size, "thousand");
    }
    if (number % 1000u != 0u || number == 0u) {
        below_thousand(number % 1000u, text, size);
    }
    if (ordinal) {
        make_ordinal(text, size);
    }
}
