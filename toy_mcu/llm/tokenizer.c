#include "llm/tokenizer.h"

#include <string.h>

enum { PIECES_A_MARK = 16 };

typedef struct {
    const uint8_t *text;
    uint32_t count;
} piece_t;

static piece_t piece(const toy_tokenizer_t *t, uint32_t token)
{
    uint32_t offset = t->marks[token / PIECES_A_MARK];
    for (uint32_t i = token / PIECES_A_MARK * PIECES_A_MARK; i < token; ++i) {
        offset += t->lengths[i];
    }
    return (piece_t){t->text + offset, t->lengths[token]};
}

toy_status_t toy_tokenizer_open(toy_tokenizer_t *t, const toy_model_t *model)
{
    const uint32_t vocab = model->vocab, marks = (vocab + PIECES_A_MARK - 1u) / PIECES_A_MARK;
    const uint32_t before_text = 4u * marks + (model->has_ranks ? 5u : 3u) * vocab;
    memset(t, 0, sizeof *t);
    if (model->pieces_bytes < before_text) {
        return TOY_ERR_MODEL;
    }
    t->vocab = vocab;
    t->text_bytes = model->pieces_bytes - before_text;
    t->marks = (const uint32_t *)(const void *)model->pieces;
    t->sorted = (const uint16_t *)(const void *)(t->marks + marks);
    t->ranks = model->has_ranks ? t->sorted + vocab : NULL;
    t->lengths = (const uint8_t *)(t->sorted + (model->has_ranks ? 2u : 1u) * vocab);
    t->text = t->lengths + vocab;
    uint32_t offset = 0;
    for (uint32_t i = 0; i < vocab; ++i) {
        if ((i % PIECES_A_MARK == 0u && t->marks[i / PIECES_A_MARK] != offset) || t->sorted[i] >= vocab) {
            return TOY_ERR_MODEL;
        }
        offset += t->lengths[i];
    }
    return offset <= t->text_bytes ? TOY_OK : TOY_ERR_MODEL;
}

/* Order of a's bytes followed by b's against a piece, as memcmp would give it. */
static int compare(piece_t a, piece_t b, piece_t with)
{
    const uint32_t length = a.count + b.count, common = length < with.count ? length : with.count;
    const uint32_t in_a = common < a.count ? common : a.count;
    int order = memcmp(a.text, with.text, in_a);
    if (order == 0 && common > in_a) {
        order = memcmp(b.text, with.text + in_a, common - in_a);
    }
    return order != 0 ? order : (length > with.count) - (length < with.count);
}

/* The first token that spells a then b, or vocab when there is none. */
static uint32_t find(const toy_tokenizer_t *t, piece_t a, piece_t b)
{
    uint32_t low = 0, high = t->vocab;
    while (low < high) {
        uint32_t middle = (low + high) / 2u;
        if (compare(a, b, piece(t, t->sorted[middle])) > 0) {
            low = middle + 1u;
        } else {
            high = middle;
        }
    }
    return low < t->vocab && compare(a, b, piece(t, t->sorted[low])) == 0 ? t->sorted[low] : t->vocab;
}

static uint32_t rank(const toy_tokenizer_t *t, uint32_t token) { return t->ranks != NULL ? t->ranks[token] : token; }

/* Merges the best-ranked neighbours, leftmost first, until none fit; returns the new count. */
static uint32_t merge(const toy_tokenizer_t *t, uint16_t *tokens, uint32_t count)
{
    for (;;) {
        uint32_t best = t->vocab, best_at = 0;
        for (uint32_t i = 0; i + 1u < count; ++i) {
            piece_t left = piece(t, tokens[i]), right = piece(t, tokens[i + 1u]);
            if (left.count == 0u || right.count == 0u) { /* lone bytes have no text and never merge */
                continue;
            }
            uint32_t joined = find(t, left, right);
            if (joined < t->vocab && (best == t->vocab || rank(t, joined) < rank(t, best))) {
                best = joined;
                best_at = i;
            }
        }
        if (best == t->vocab) {
            return count;
        }
        tokens[best_at] = (uint16_t)best;
        --count;
        memmove(tokens + best_at + 1, tokens + best_at + 2, (count - best_at - 1u) * sizeof *tokens);
    }
}

/* One UTF-8 character, or as much of a broken one as hangs together. */
static uint32_t character_bytes(const uint8_t *text, size_t left)
{
    uint32_t count = 1;
    while (count < 4u && count < left && (text[count] & 0xC0u) == 0x80u) {
        ++count;
    }
    return count;
}

static uint32_t put_character(const toy_tokenizer_t *t, piece_t character, uint16_t *tokens)
{
    uint32_t token = find(t, character, (piece_t){character.text, 0});
    if (token < t->vocab) {
        tokens[0] = (uint16_t)token;
        return 1;
    }
    for (uint32_t i = 0; i < character.count; ++i) {
        uint32_t byte = (uint32_t)TOY_TOKEN_FIRST_BYTE + character.text[i];
        tokens[i] = (uint16_t)(byte < t->vocab ? byte : (uint32_t)TOY_TOKEN_UNKNOWN);
    }
    return character.count;
}

/* No piece of these vocabularies crosses into a blank: words can merge on their own. */
static bool starts_word(uint8_t before, uint8_t here)
{
    return (here == ' ' || here == '\n') && before != here;
}

toy_status_t toy_tokenizer_encode(const toy_tokenizer_t *t, const char *text, size_t text_bytes, uint16_t *tokens,
                                  uint32_t *count)
{
    const uint8_t *at = (const uint8_t *)text, space = ' ';
    if (text_bytes > UINT32_MAX - 2u || *count < text_bytes + 2u) {
        return TOY_ERR_MEMORY;
    }
    uint32_t made = 0, word = 1;
    tokens[made++] = TOY_TOKEN_BEGIN;
    if (text_bytes != 0u) {
        made += put_character(t, (piece_t){&space, 1}, tokens + made);
    }
    for (size_t i = 0, step; i < text_bytes; i += step) {
        if (starts_word(i == 0u ? space : at[i - 1u], at[i])) {
            made = word + merge(t, tokens + word, made - word);
            word = made;
        }
        step = character_bytes(at + i, text_bytes - i);
        made += put_character(t, (piece_t){at + i, (uint32_t)step}, tokens + made);
    }
    *count = word + merge(t, tokens + word, made - word);
    return TOY_OK;
}

uint32_t toy_tokenizer_text(const toy_tokenizer_t *t, uint16_t previous, uint16_t token, const uint8_t **text,
                            uint8_t *scratch)
{
    if (token >= t->vocab) {
        return 0;
    }
    if (token >= TOY_TOKEN_FIRST_BYTE && token < TOY_TOKEN_FIRST_PIECE) {
        *scratch = (uint8_t)(token - TOY_TOKEN_FIRST_BYTE);
        *text = scratch;
        return 1;
    }
    piece_t p = piece(t, token);
    uint32_t skip = previous == TOY_TOKEN_BEGIN && p.count != 0u && p.text[0] == ' ';
    *text = p.text + skip;
    return p.count - skip;
}
