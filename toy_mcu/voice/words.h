/* words.h - reads a text word by word: letters as they are, numbers as words, punctuation as pauses.
 * In      UTF-8 text that stays where it is; WORD@NOTES is sung: C4:2 is two beats of C
 * Out     lower-case words of a..z and ', pauses, the end
 * Memory  about 250 bytes
 * Errors  none: what cannot be read is passed over */
#ifndef TOY_VOICE_WORDS_H
#define TOY_VOICE_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TOY_WORD_LETTERS 31u
#define TOY_NUMBER_BYTES 160u

typedef enum { TOY_TOKEN_WORD, TOY_TOKEN_PAUSE, TOY_TOKEN_END } toy_token_kind_t;

typedef struct {
    toy_token_kind_t kind;
    char text[TOY_WORD_LETTERS + 1u]; /* of a word, terminated */
    size_t letters;
    char mark;         /* of a pause: , . ? ! */
    bool capitals;     /* written in capitals alone, two letters or more */
    const char *notes; /* behind the @, NULL when spoken */
} toy_token_t;

typedef struct {
    const char *at;
    char number[TOY_NUMBER_BYTES]; /* what is left of a number, spelled out */
    const char *number_at;
} toy_words_t;

void toy_words_begin(toy_words_t *words, const char *text);
void toy_words_next(toy_words_t *words, toy_token_t *token);

/* Appends the words of a number below 10^9 to text; ordinal: "third" instead of "three". */
void toy_number_words(uint32_t number, bool ordinal, char *text, size_t size);

#endif
