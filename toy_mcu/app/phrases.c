#include "app/phrases.h"

#include <stdbool.h>
#include <string.h>

#include "base/crc32.h"

#define HEADER_BYTES 16u
#define CRC_AT 12u
#define ENTRY_BYTES 16u
#define VERSION 1u
#define DIGITS 10u

static uint32_t u16_at(const uint8_t *at) { return (uint32_t)at[0] | (uint32_t)at[1] << 8; }
static uint32_t u32_at(const uint8_t *at) { return u16_at(at) | u16_at(at + 2) << 16; }

static bool inside(uint32_t offset, uint32_t count, size_t total)
{
    return offset <= total && count <= total - offset;
}

static bool entry_is_sound(const uint8_t *blob, size_t total, uint32_t index)
{
    const uint8_t *entry = blob + HEADER_BYTES + index * ENTRY_BYTES;
    return inside(u32_at(entry), u32_at(entry + 4), total) && inside(u32_at(entry + 8), entry[12], total) &&
           entry[12] <= TOY_PHRASE_TEXT_BYTES && entry[13] < TOY_PHRASE_TAGS &&
           (index >= DIGITS) == (entry[13] != TOY_PHRASE_DIGIT);
}

static toy_status_t check(const uint8_t *blob, size_t count)
{
    if (blob == NULL || count < HEADER_BYTES || memcmp(blob, "TPHB", 4) != 0 || u16_at(blob + 4) != VERSION) {
        return TOY_ERR_MODEL;
    }
    uint32_t phrases = u16_at(blob + 6);
    if (u32_at(blob + 8) != count || phrases < DIGITS || phrases > TOY_PHRASE_MOST ||
        !inside(HEADER_BYTES, phrases * ENTRY_BYTES, count)) {
        return TOY_ERR_MODEL;
    }
    uint32_t crc = toy_crc32(toy_crc32(0, blob, CRC_AT), blob + HEADER_BYTES, count - HEADER_BYTES);
    if (crc != u32_at(blob + CRC_AT)) {
        return TOY_ERR_CHECKSUM;
    }
    for (uint32_t i = 0; i < phrases; ++i) {
        if (!entry_is_sound(blob, count, i)) {
            return TOY_ERR_MODEL;
        }
    }
    return TOY_OK;
}

toy_status_t toy_phrases_open(toy_phrases_t *phrases, const uint8_t *blob, size_t count, uint32_t seed)
{
    memset(phrases, 0, sizeof *phrases);
    phrases->chance = seed | 1u;
    TOY_TRY(check(blob, count));
    phrases->blob = blob;
    phrases->count = u16_at(blob + 6);
    return TOY_OK;
}

toy_status_t toy_phrases_get(const toy_phrases_t *phrases, uint32_t index, toy_phrase_t *phrase)
{
    if (index >= phrases->count) {
        return TOY_ERR_EMPTY;
    }
    const uint8_t *entry = phrases->blob + HEADER_BYTES + index * ENTRY_BYTES;
    phrase->adpcm = phrases->blob + u32_at(entry);
    phrase->adpcm_bytes = u32_at(entry + 4);
    phrase->text = (const char *)phrases->blob + u32_at(entry + 8);
    phrase->text_bytes = entry[12];
    phrase->tag = entry[13];
    return TOY_OK;
}

static uint32_t tag_of(const toy_phrases_t *phrases, uint32_t index)
{
    return phrases->blob[HEADER_BYTES + index * ENTRY_BYTES + 13u];
}

static bool was_told(const toy_phrases_t *phrases, uint32_t index)
{
    return (phrases->told[index / 32u] >> (index % 32u) & 1u) != 0u;
}

/* How many of the kind are untold, but for `not_this`; and the index of the nth of them. */
static uint32_t untold(const toy_phrases_t *phrases, toy_phrase_tag_t tag, uint32_t not_this, uint32_t nth,
                       uint32_t *index)
{
    uint32_t found = 0;
    for (uint32_t i = 0; i < phrases->count; ++i) {
        if (tag_of(phrases, i) == (uint32_t)tag && !was_told(phrases, i) && i != not_this) {
            if (found++ == nth) {
                *index = i;
            }
        }
    }
    return found;
}

static void forget_told(toy_phrases_t *phrases, toy_phrase_tag_t tag)
{
    for (uint32_t i = 0; i < phrases->count; ++i) {
        if (tag_of(phrases, i) == (uint32_t)tag) {
            phrases->told[i / 32u] &= ~(1u << (i % 32u));
        }
    }
}

static uint32_t draw(toy_phrases_t *phrases, uint32_t below)
{
    phrases->chance ^= phrases->chance << 13; /* xorshift32 (Marsaglia 2003) */
    phrases->chance ^= phrases->chance >> 17;
    phrases->chance ^= phrases->chance << 5;
    return phrases->chance % below;
}

toy_status_t toy_phrases_choose(toy_phrases_t *phrases, toy_phrase_tag_t tag, uint32_t *index)
{
    uint32_t not_this = UINT32_MAX;
    uint32_t left = untold(phrases, tag, not_this, UINT32_MAX, index);
    if (left == 0u) {
        forget_told(phrases, tag);
        not_this = phrases->last[tag] - 1u; /* not the last of the old round as the first of the new one */
        left = untold(phrases, tag, not_this, UINT32_MAX, index);
    }
    if (left == 0u) { /* the only one of its kind */
        not_this = UINT32_MAX;
        left = untold(phrases, tag, not_this, UINT32_MAX, index);
    }
    if (left == 0u) {
        return TOY_ERR_EMPTY;
    }
    untold(phrases, tag, not_this, draw(phrases, left), index);
    phrases->told[*index / 32u] |= 1u << (*index % 32u);
    phrases->last[tag] = (uint16_t)(*index + 1u);
    return TOY_OK;
}
