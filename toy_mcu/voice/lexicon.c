#include "voice/lexicon.h"

#include <stdbool.h>
#include <string.h>

#include "base/crc32.h"
#include "voice/phones.h"

#define HEADER_BYTES 16u
#define BLOCK_WORDS 16u
#define LEAF 0x8000u
#define LONGEST 32u

static uint32_t u16(const uint8_t *at) { return (uint32_t)at[0] | (uint32_t)at[1] << 8; }
static uint32_t u32(const uint8_t *at) { return u16(at) | u16(at + 2) << 16; }

/* A child lies behind its parent, so no walk can go round. */
static bool node_fits(const toy_lexicon_t *lexicon, uint32_t link, uint32_t parent)
{
    if ((link & LEAF) != 0u) {
        return (link & ~LEAF) < lexicon->class_count;
    }
    return link < lexicon->node_count && link > parent;
}

static toy_status_t check(const toy_lexicon_t *lexicon)
{
    for (uint32_t letter = 0; letter < 26u; ++letter) {
        uint32_t root = u16(lexicon->roots + 2u * letter);
        if ((root & LEAF) != 0u ? (root & ~LEAF) >= lexicon->class_count : root >= lexicon->node_count) {
            return TOY_ERR_MODEL;
        }
    }
    for (uint32_t at = 0; at < lexicon->class_count; ++at) {
        const uint8_t *entry = lexicon->classes + 4u * at;
        if (entry[0] > 3u || entry[1] >= TOY_PHONES || entry[2] >= TOY_PHONES || entry[3] >= TOY_PHONES) {
            return TOY_ERR_MODEL;
        }
    }
    for (uint32_t at = 0; at < lexicon->node_count; ++at) {
        const uint8_t *node = lexicon->nodes + 8u * at;
        if (u32(node) >> 28 >= 8u || !node_fits(lexicon, u16(node + 4), at) ||
            !node_fits(lexicon, u16(node + 6), at)) {
            return TOY_ERR_MODEL;
        }
    }
    return TOY_OK;
}

toy_status_t toy_lexicon_open(toy_lexicon_t *lexicon, const uint8_t *table, size_t count)
{
    memset(lexicon, 0, sizeof *lexicon);
    if (table == NULL || count < HEADER_BYTES + 56u || memcmp(table, "TPVX", 4) != 0 ||
        u16(table + 4) != 1u || u32(table + 8) != count) {
        return TOY_ERR_MODEL;
    }
    if (toy_crc32(0, table + HEADER_BYTES, count - HEADER_BYTES) != u32(table + 12)) {
        return TOY_ERR_CHECKSUM;
    }
    lexicon->word_count = u16(table + 6);
    lexicon->node_count = u16(table + 16);
    lexicon->class_count = u16(table + 18);
    lexicon->roots = table + 20;
    lexicon->classes = lexicon->roots + 52;
    lexicon->nodes = lexicon->classes + 4u * lexicon->class_count;
    lexicon->index = lexicon->nodes + 8u * lexicon->node_count;
    lexicon->words = lexicon->index + 2u * ((lexicon->word_count + BLOCK_WORDS - 1u) / BLOCK_WORDS);
    lexicon->end = table + count;
    if (lexicon->class_count == 0u || (size_t)(lexicon->words - table) > count) {
        return TOY_ERR_MODEL;
    }
    return check(lexicon);
}

static int compare(const char *left, size_t left_count, const char *right, size_t right_count)
{
    int order = memcmp(left, right, left_count < right_count ? left_count : right_count);
    return order != 0 ? order : (left_count > right_count) - (left_count < right_count);
}

/* Unpacks the entry at *at over the word before it; false when it does not fit. */
static bool unpack(const toy_lexicon_t *lexicon, const uint8_t **at, char word[LONGEST], size_t *letters,
                   const uint8_t **phones)
{
    const uint8_t *entry = *at;
    if (lexicon->end - entry < 3) {
        return false;
    }
    size_t shared = entry[0], more = entry[1];
    if (shared > *letters || shared + more > LONGEST || (size_t)(lexicon->end - entry) < 3u + more) {
        return false;
    }
    memcpy(word + shared, entry + 2, more);
    *letters = shared + more;
    *phones = entry + 2 + more;
    *at = *phones + 1 + **phones;
    return *at <= lexicon->end;
}

toy_status_t toy_lexicon_find(const toy_lexicon_t *lexicon, const char *word, size_t letters,
                              uint8_t *phones, size_t *phones_count)
{
    uint32_t low = 0, high = (lexicon->word_count + BLOCK_WORDS - 1u) / BLOCK_WORDS;
    char listed[LONGEST];
    const uint8_t *said = NULL;
    while (high - low > 1u) { /* the block whose first word is not behind ours */
        uint32_t middle = (low + high) / 2u;
        const uint8_t *at = lexicon->words + u16(lexicon->index + 2u * middle);
        size_t count = 0;
        if (at >= lexicon->end || !unpack(lexicon, &at, listed, &count, &said)) {
            return TOY_ERR_MODEL;
        }
        if (compare(listed, count, word, letters) <= 0) {
            low = middle;
        } else {
            high = middle;
        }
    }
    if (lexicon->word_count == 0u) {
        return TOY_ERR_EMPTY;
    }
    const uint8_t *at = lexicon->words + u16(lexicon->index + 2u * low);
    size_t count = 0;
    uint32_t left = lexicon->word_count - low * BLOCK_WORDS;
    for (uint32_t entry = 0; entry < BLOCK_WORDS && entry < left; ++entry) {
        if (at >= lexicon->end || !unpack(lexicon, &at, listed, &count, &said)) {
            return TOY_ERR_MODEL;
        }
        if (compare(listed, count, word, letters) != 0) {
            continue;
        }
        if (said[0] > *phones_count) {
            return TOY_ERR_MEMORY;
        }
        for (uint32_t phone = 0; phone < said[0]; ++phone) {
            if (said[1u + phone] >= TOY_PHONES) {
                return TOY_ERR_MODEL;
            }
            phones[phone] = said[1u + phone];
        }
        *phones_count = said[0];
        return TOY_OK;
    }
    return TOY_ERR_EMPTY;
}

/* Letter number at a place, 0 outside of the word. */
static uint32_t letter(const char *word, size_t letters, int at)
{
    bool outside = at < 0 || (size_t)at >= letters || word[at] < 'a' || word[at] > 'z';
    return outside ? 0u : (uint32_t)(word[at] - 'a') + 1u;
}

toy_status_t toy_lexicon_guess(const toy_lexicon_t *lexicon, const char *word, size_t letters,
                               uint8_t *phones, size_t *phones_count)
{
    static const int8_t context[8] = {-4, -3, -2, -1, 1, 2, 3, 4};
    size_t room = *phones_count;
    *phones_count = 0;
    for (size_t at = 0; at < letters; ++at) {
        uint32_t self = letter(word, letters, (int)at);
        if (self == 0u) {
            continue;
        }
        uint32_t link = u16(lexicon->roots + 2u * (self - 1u));
        while ((link & LEAF) == 0u) {
            const uint8_t *node = lexicon->nodes + 8u * link;
            uint32_t question = u32(node);
            uint32_t seen = letter(word, letters, (int)at + context[question >> 28]);
            link = u16(node + ((question >> seen & 1u) != 0u ? 4 : 6));
        }
        const uint8_t *chunk = lexicon->classes + 4u * (link & ~LEAF);
        if (*phones_count + chunk[0] > room) {
            return TOY_ERR_MEMORY;
        }
        memcpy(phones + *phones_count, chunk + 1, chunk[0]);
        *phones_count += chunk[0];
    }
    return TOY_OK;
}
