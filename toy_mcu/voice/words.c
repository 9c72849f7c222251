#include "voice/text.h"
#include "voice/words.h"

#include <string.h>

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
static bool is_letter(char c) { return is_upper(c) || (c >= 'a' && c <= 'z'); }
static char lower(char c) { return is_upper(c) ? (char)(c - 'A' + 'a') : c; }

void toy_words_begin(toy_words_t *words, const char *text)
{
    memset(words, 0, sizeof *words);
    words->at = text;
    words->number_at = words->number;
}

/* An apostrophe, ASCII or U+2019; returns its bytes, 0 when there is none. */
static size_t apostrophe(const char *at)
{
    return *at == '\'' ? 1u : toy_text_begins(at, "\xE2\x80\x99") ? 3u : 0u;
}

static void read_word(toy_words_t *words, toy_token_t *token)
{
    const char *at = words->at;
    size_t capitals = 0, all = 0;
    for (;;) {
        size_t mark = apostrophe(at);
        if (is_letter(*at)) {
            mark = 1u;
            capitals += is_upper(*at) ? 1u : 0u;
            ++all;
            if (token->letters < TOY_WORD_LETTERS) {
                token->text[token->letters++] = lower(*at);
            }
        } else if (mark > 0u && is_letter(at[mark]) && token->letters < TOY_WORD_LETTERS) {
            token->text[token->letters++] = '\'';
        } else {
            break;
        }
        at += mark;
    }
    token->text[token->letters] = '\0';
    token->capitals = all > 1u && capitals == all;
    if (*at == '@') {
        token->notes = ++at;
        while (*at != '\0' && *at != ' ' && *at != '\n') {
            ++at;
        }
    }
    words->at = at;
}

/* Digits with commas between thousands; then maybe 1st, 2nd, 3rd, 4th. */
static void read_number(toy_words_t *words)
{
    uint32_t number = 0;
    const char *at = words->at;
    while (is_digit(*at) || (*at == ',' && is_digit(at[1]) && is_digit(at[2]) && is_digit(at[3]))) {
        number = is_digit(*at) ? (number * 10u + (uint32_t)(*at - '0')) % 1000000000u : number;
        ++at;
    }
    bool ordinal = toy_text_begins(at, "st") || toy_text_begins(at, "nd") || toy_text_begins(at, "rd") ||
                   toy_text_begins(at, "th");
    at += ordinal ? 2 : 0;
    words->number[0] = '\0';
    toy_number_words(number, ordinal, words->number, sizeof words->number);
    if (*at == '.' && is_digit(at[1])) { /* 3.5: three point five */
        size_t used = toy_text_length(words->number);
        if (used + 7u < sizeof words->number) {
            memcpy(words->number + used, " point", 7);
        }
        ++at;
    } else if (*at == ':' && is_digit(at[1])) { /* 7:30: seven thirty */
        ++at;
    }
    words->at = at;
    words->number_at = words->number;
}

static void next_number_word(toy_words_t *words, toy_token_t *token)
{
    const char *end = toy_text_find(words->number_at, ' ');
    size_t count = end == NULL ? toy_text_length(words->number_at) : (size_t)(end - words->number_at);
    memcpy(token->text, words->number_at, count);
    token->text[count] = '\0';
    token->letters = count;
    token->kind = TOY_TOKEN_WORD;
    words->number_at += count + (end == NULL ? 0u : 1u);
}

/* The pause that a mark stands for, or 0; a full stop inside of "Mr." is none. */
static char pause_of(const char *at)
{
    if (toy_text_find(".!?", *at) != NULL) {
        return *at;
    }
    if (toy_text_find(",;:()\n", *at) != NULL) {
        return ',';
    }
    if (toy_text_begins(at, "--") || toy_text_begins(at, " - ") || toy_text_begins(at, "\xE2\x80\x94") ||
        toy_text_begins(at, "\xE2\x80\xA6")) {
        return ',';
    }
    return '\0';
}

static bool short_title(const char *start)
{
    return toy_text_begins(start, "Mr.") || toy_text_begins(start, "Dr.") || toy_text_begins(start, "Mrs.") ||
           toy_text_begins(start, "Ms.") || toy_text_begins(start, "St.");
}

void toy_words_next(toy_words_t *words, toy_token_t *token)
{
    memset(token, 0, sizeof *token);
    if (*words->number_at != '\0') {
        next_number_word(words, token);
        return;
    }
    for (; *words->at != '\0'; ++words->at) {
        const char *start = words->at;
        char pause = pause_of(start);
        if (is_letter(*start)) {
            token->kind = TOY_TOKEN_WORD;
            read_word(words, token);
            words->at += *words->at == '.' && short_title(start) ? 1 : 0;
            return;
        }
        if (is_digit(*start)) {
            read_number(words);
            next_number_word(words, token);
            return;
        }
        if (pause != '\0') {
            token->kind = TOY_TOKEN_PAUSE;
            token->mark = pause;
            ++words->at;
            return;
        }
    }
    token->kind = TOY_TOKEN_END;
}
