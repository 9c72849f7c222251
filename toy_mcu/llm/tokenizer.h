/* tokenizer.h - text to token ids and back, as SentencePiece's byte-pair models do it.
 * In      UTF-8 text (any bytes are safe); an opened model
 * Out     ids; pieces of text inside the model's bytes
 * Memory  none of its own: encoding merges in place in the caller's token buffer, one entry a byte of text and two
 * Time    words merge apart from each other: the square of a word's length, not of the text's
 * Errors  TOY_ERR_MODEL (absurd vocabulary), TOY_ERR_MEMORY (token buffer too small), TOY_ERR_ARG
 * Source  SentencePiece (Kudo 2018), llama2.c's encode(); specification models/llama/tokenizer.py */
#ifndef TOY_LLM_TOKENIZER_H
#define TOY_LLM_TOKENIZER_H

#include <stddef.h>
#include <stdint.h>

#include "llm/model.h"

enum { TOY_TOKEN_UNKNOWN = 0, TOY_TOKEN_BEGIN = 1, TOY_TOKEN_STOP = 2, TOY_TOKEN_FIRST_BYTE = 3, TOY_TOKEN_FIRST_PIECE = 259 };

typedef struct {
    uint32_t vocab, text_bytes;
    const uint32_t *marks;  /* where every 16th piece begins in text */
    const uint16_t *sorted; /* (vocab) ids in order of their text */
    const uint16_t *ranks;  /* (vocab) merge order, smaller first; NULL when ids are in that order */
    const uint8_t *lengths; /* (vocab) */
    const uint8_t *text;
} toy_tokenizer_t;

TOY_MUST_USE toy_status_t toy_tokenizer_open(toy_tokenizer_t *tokenizer, const toy_model_t *model);

/* BEGIN, the space that the model expects before a first word, then the text. *count: room on entry, length after. */
TOY_MUST_USE toy_status_t toy_tokenizer_encode(const toy_tokenizer_t *tokenizer, const char *text, size_t text_bytes,
                                               uint16_t *tokens, uint32_t *count);

/* The bytes of a token; *scratch is where a lone byte is put. The space after BEGIN is dropped. Returns the count. */
uint32_t toy_tokenizer_text(const toy_tokenizer_t *tokenizer, uint16_t previous, uint16_t token,
                            const uint8_t **text, uint8_t *scratch);

#endif
