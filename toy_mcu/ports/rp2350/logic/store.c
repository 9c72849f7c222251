#include "rp2350/logic/store.h"

#include <string.h>

#include "base/crc32.h"

#define MAGIC 0x44524F57u

typedef struct {
    uint32_t magic, generation, length, crc;
} head_t;

_Static_assert(sizeof(head_t) == RP_STORE_HEAD_BYTES, "the layout of store.h");

static uint32_t check(const head_t *head, const void *bytes)
{
    return toy_crc32(toy_crc32(0, head, offsetof(head_t, crc)), bytes, head->length);
}

static uint32_t offset_of(uint16_t name, uint32_t half) { return (2u * name + half) * RP_STORE_PLACE_BYTES; }

static bool read_half(const rp_store_t *store, uint16_t name, uint32_t half, head_t *head)
{
    const uint8_t *sector = store->bytes + offset_of(name, half);
    memcpy(head, sector, sizeof *head);
    return head->magic == MAGIC && head->length <= RP_STORE_RECORD_BYTES &&
           head->crc == check(head, sector + sizeof *head);
}

/* The newer whole half, or 2 when there is none. */
static uint32_t newest(const rp_store_t *store, uint16_t name, head_t *head)
{
    head_t heads[2];
    const bool whole[2] = {read_half(store, name, 0, &heads[0]), read_half(store, name, 1, &heads[1])};
    uint32_t half = 2u;
    if (whole[0] && whole[1]) { /* generations wrap; they are one apart */
        half = (int32_t)(heads[1].generation - heads[0].generation) > 0 ? 1u : 0u;
    } else if (whole[0] || whole[1]) {
        half = whole[1] ? 1u : 0u;
    }
    if (half < 2u) {
        *head = heads[half];
    }
    return half;
}

toy_status_t rp_store_read(const rp_store_t *store, uint16_t name, void *bytes, size_t *count)
{
    head_t head;
    if (name >= RP_STORE_NAMES) {
        return TOY_ERR_ARG;
    }
    const uint32_t half = newest(store, name, &head);
    if (half > 1u) {
        return TOY_ERR_EMPTY;
    }
    if (head.length > *count) {
        return TOY_ERR_MEMORY;
    }
    memcpy(bytes, store->bytes + offset_of(name, half) + sizeof head, head.length);
    *count = head.length;
    return TOY_OK;
}

/* Pages from the last to the first, so that the head, without which nothing counts, comes at the end. */
static bool program(const rp_store_t *store, uint32_t offset, const head_t *head, const uint8_t *bytes)
{
    uint8_t page[RP_STORE_PAGE_BYTES];
    const uint32_t whole = (uint32_t)sizeof *head + head->length;
    for (uint32_t at = (whole - 1u) / RP_STORE_PAGE_BYTES * RP_STORE_PAGE_BYTES;; at -= RP_STORE_PAGE_BYTES) {
        memset(page, 0xFF, sizeof page);
        const uint32_t skip = at == 0u ? (uint32_t)sizeof *head : 0u;
        if (at == 0u) {
            memcpy(page, head, sizeof *head);
        }
        const uint32_t from = at + skip - (uint32_t)sizeof *head;
        const uint32_t left = head->length - from, room = RP_STORE_PAGE_BYTES - skip;
        memcpy(page + skip, bytes + from, left < room ? left : room);
        if (!store->program(store->context, offset + at, page)) {
            return false;
        }
        if (at == 0u) {
            return true;
        }
    }
}

toy_status_t rp_store_write(const rp_store_t *store, uint16_t name, const void *bytes, size_t count)
{
    head_t old = {0};
    if (name >= RP_STORE_NAMES || count == 0u || count > RP_STORE_RECORD_BYTES) {
        return TOY_ERR_ARG;
    }
    const uint32_t half = newest(store, name, &old);
    const uint8_t *kept = store->bytes + offset_of(name, half & 1u) + sizeof old;
    if (half < 2u && old.length == count && memcmp(kept, bytes, count) == 0) {
        return TOY_OK; /* the same again costs no wear */
    }
    head_t head = {.magic = MAGIC, .generation = old.generation + 1u, .length = (uint32_t)count};
    head.crc = check(&head, bytes);
    const uint32_t offset = offset_of(name, half == 0u ? 1u : 0u);
    head_t now;
    const bool is_long = sizeof head + count > RP_STORE_SECTOR_BYTES;
    const bool written = store->erase(store->context, offset) &&
                         (!is_long || store->erase(store->context, offset + RP_STORE_SECTOR_BYTES)) &&
                         program(store, offset, &head, bytes);
    return written && read_half(store, name, half == 0u ? 1u : 0u, &now) && now.generation == head.generation
               ? TOY_OK
               : TOY_ERR_PORT;
}
