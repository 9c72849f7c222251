#include "app/alone/content.h"

#include <string.h>

#include "base/crc32.h"

#define VERSION 1u
#define HEADER_BYTES 24u
#define CRC_AT 12u

static uint32_t u16_at(const uint8_t *at) { return (uint32_t)at[0] | (uint32_t)at[1] << 8; }
static uint32_t u32_at(const uint8_t *at) { return u16_at(at) | u16_at(at + 2) << 16; }
static const uint8_t *list_of(const uint8_t *blob, uint32_t kind) { return blob + HEADER_BYTES + 4u * kind; }

static toy_status_t check_frame(const uint8_t *blob, size_t count)
{
    if (blob == NULL || count < HEADER_BYTES + 4u * TOY_LINES_KINDS || memcmp(blob, "TSAY", 4) != 0 ||
        u16_at(blob + 4) != VERSION || u16_at(blob + 6) != TOY_LINES_KINDS || u32_at(blob + 8) != count ||
        blob[count - 1u] != 0u) {
        return TOY_ERR_MODEL;
    }
    uint32_t crc = toy_crc32(toy_crc32(0, blob, CRC_AT), blob + CRC_AT + 4u, count - CRC_AT - 4u);
    return crc == u32_at(blob + CRC_AT) ? TOY_OK : TOY_ERR_CHECKSUM;
}

/* The last byte is an end mark, so every offset inside the blob begins a terminated text. */
static bool lists_are_sound(const toy_content_t *content, size_t count)
{
    for (uint32_t kind = 0; kind < TOY_LINES_KINDS; ++kind) {
        const uint8_t *list = list_of(content->blob, kind);
        if (u16_at(list) + u16_at(list + 2) > content->lines) {
            return false;
        }
    }
    for (uint32_t line = 0; line < content->lines; ++line) {
        if (u32_at(content->offsets + 4u * line) >= count) {
            return false;
        }
    }
    return toy_content_count(content, TOY_LINES_GAME_ANIMAL) == content->animals &&
           toy_content_count(content, TOY_LINES_GAME_QUESTION) <= 64u;
}

toy_status_t toy_content_open(toy_content_t *content, const uint8_t *blob, size_t count)
{
    memset(content, 0, sizeof *content);
    TOY_TRY(check_frame(blob, count));
    toy_content_t view = {
        .blob = blob,
        .offsets = list_of(blob, TOY_LINES_KINDS),
        .lines = u16_at(blob + 16),
        .animals = u16_at(blob + 18),
        .unsafe_count = u32_at(blob + 20),
    };
    uint64_t tables = HEADER_BYTES + 4u * (uint64_t)TOY_LINES_KINDS + 4u * (uint64_t)view.lines +
                      8u * (uint64_t)view.animals + 4u * (uint64_t)view.unsafe_count;
    if (view.lines > TOY_CONTENT_MOST_LINES || tables > count) {
        return TOY_ERR_MODEL;
    }
    view.traits = view.offsets + 4u * view.lines;
    view.unsafe = view.traits + 8u * view.animals;
    if (!lists_are_sound(&view, count)) {
        return TOY_ERR_MODEL;
    }
    *content = view;
    return TOY_OK;
}

uint32_t toy_content_first(const toy_content_t *content, toy_lines_t kind)
{
    return content->blob != NULL ? u16_at(list_of(content->blob, kind)) : 0u;
}

uint32_t toy_content_count(const toy_content_t *content, toy_lines_t kind)
{
    return content->blob != NULL ? u16_at(list_of(content->blob, kind) + 2) : 0u;
}

const char *toy_content_line(const toy_content_t *content, uint32_t line)
{
    return line < content->lines ? (const char *)content->blob + u32_at(content->offsets + 4u * line) : "";
}

uint64_t toy_content_traits(const toy_content_t *content, uint32_t animal)
{
    const uint8_t *at = content->traits + 8u * animal;
    return animal < content->animals ? u32_at(at) | (uint64_t)u32_at(at + 4) << 32 : 0u;
}

bool toy_content_is_unsafe(const toy_content_t *content, uint32_t hash)
{
    uint32_t low = 0, high = content->unsafe_count; /* sorted */
    while (low < high) {
        uint32_t middle = low + (high - low) / 2u, here = u32_at(content->unsafe + 4u * middle);
        if (here == hash) {
            return true;
        }
        low = here < hash ? middle + 1u : low;
        high = here < hash ? high : middle;
    }
    return false;
}
