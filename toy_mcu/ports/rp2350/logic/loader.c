#include "rp2350/logic/loader.h"

#include <string.h>

#include "base/crc32.h"
#include "rp2350/logic/partition.h"

enum { ASK, BEGIN, DATA, END, HEAD_BYTES = 5 };

static uint32_t get(const uint8_t *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

void rp_loader_init(rp_loader_t *loader, const rp_loader_flash_t *flash) { *loader = (rp_loader_t){.flash = *flash}; }

static uint32_t room(const rp_loader_t *loader) { return loader->flash.part_bytes - RP_STORE_SECTOR_BYTES; }

static toy_status_t begin(rp_loader_t *loader, const uint8_t *body, size_t count)
{
    if (count != 8u || get(body) == 0u || get(body) > room(loader)) {
        return TOY_ERR_ARG;
    }
    loader->size = get(body);
    loader->crc = get(body + 4);
    loader->next = 0;
    loader->is_open = loader->flash.erase(loader->flash.context, 0); /* the head goes first: half a model is none */
    return loader->is_open ? TOY_OK : TOY_ERR_PORT;
}

/* The page that ends before `next`, once it is full or nothing follows. */
static bool keep_page(rp_loader_t *loader)
{
    const uint32_t start = (loader->next - 1u) / RP_STORE_PAGE_BYTES * RP_STORE_PAGE_BYTES;
    const uint32_t at = RP_STORE_SECTOR_BYTES + start;
    return (start % RP_STORE_SECTOR_BYTES != 0u || loader->flash.erase(loader->flash.context, at)) &&
           loader->flash.program(loader->flash.context, at, loader->page);
}

static toy_status_t data(rp_loader_t *loader, const uint8_t *body, size_t count)
{
    if (!loader->is_open) {
        return TOY_ERR_STATE;
    }
    if (count < 5u || count > 4u + RP_LOADER_DATA_BYTES || get(body) > loader->next) {
        return TOY_ERR_FORMAT;
    }
    if (get(body) < loader->next) {
        return TOY_OK; /* sent again because our reply was lost */
    }
    if (count - 4u > loader->size - loader->next) {
        return TOY_ERR_ARG;
    }
    for (size_t i = 4; i < count; ++i) {
        if (loader->next % RP_STORE_PAGE_BYTES == 0u) {
            memset(loader->page, 0xFF, sizeof loader->page);
        }
        loader->page[loader->next++ % RP_STORE_PAGE_BYTES] = body[i];
        const bool full = loader->next % RP_STORE_PAGE_BYTES == 0u || loader->next == loader->size;
        if (full && !keep_page(loader)) {
            loader->is_open = false;
            return TOY_ERR_PORT;
        }
    }
    return TOY_OK;
}

static toy_status_t end(rp_loader_t *loader)
{
    rp_model_head_t head;
    if (!loader->is_open || loader->next != loader->size) {
        return TOY_ERR_STATE;
    }
    loader->is_open = false;
    if (toy_crc32(0, loader->flash.part + RP_STORE_SECTOR_BYTES, loader->size) != loader->crc) {
        return TOY_ERR_CHECKSUM;
    }
    rp_model_head(&head, loader->size, loader->crc);
    memset(loader->page, 0xFF, sizeof loader->page);
    memcpy(loader->page, &head, sizeof head);
    loader->is_new = loader->flash.program(loader->flash.context, 0, loader->page);
    return loader->is_new ? TOY_OK : TOY_ERR_PORT;
}

bool rp_loader_frame(rp_loader_t *loader, const uint8_t *frame, size_t count, uint8_t reply[RP_LOADER_REPLY_BYTES])
{
    if (count < HEAD_BYTES || memcmp(frame, "PLFM", 4) != 0) {
        return false;
    }
    const uint8_t *body = frame + HEAD_BYTES;
    const size_t bytes = count - HEAD_BYTES;
    toy_status_t status = TOY_ERR_ARG;
    switch (frame[4]) {
    case ASK:
        status = TOY_OK;
        break;
    case BEGIN:
        status = begin(loader, body, bytes);
        break;
    case DATA:
        status = data(loader, body, bytes);
        break;
    case END:
        status = end(loader);
        break;
    default:
        break;
    }
    const uint32_t number = frame[4] == ASK ? room(loader) : loader->next;
    const uint8_t answer[RP_LOADER_REPLY_BYTES] = {'P', 'L', 'F', 'm', frame[4], (uint8_t)status, (uint8_t)number,
                                                   (uint8_t)(number >> 8), (uint8_t)(number >> 16), (uint8_t)(number >> 24)};
    memcpy(reply, answer, sizeof answer);
    return true;
}
