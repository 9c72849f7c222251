/* fake_flash.h - flash as it behaves: erasing sets all bits of a sector, programming only clears them, and power may go in
 * the middle of either. */
#ifndef TOY_FAKE_FLASH_H
#define TOY_FAKE_FLASH_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "rp2350/logic/store.h"

#define FAKE_FLASH_BYTES RP_STORE_BYTES

typedef struct {
    _Alignas(8) uint8_t bytes[FAKE_FLASH_BYTES];
    uint32_t erased[FAKE_FLASH_BYTES / RP_STORE_SECTOR_BYTES]; /* times */
    uint32_t power; /* bytes that will still be changed; then nothing is */
    bool refuses;
} fake_flash_t;

static inline void fake_flash_init(fake_flash_t *flash)
{
    memset(flash, 0, sizeof *flash);
    memset(flash->bytes, 0xFF, sizeof flash->bytes);
    flash->power = UINT32_MAX;
}

static inline bool fake_flash_has_power(fake_flash_t *flash)
{
    flash->power -= flash->power != UINT32_MAX && flash->power != 0u ? 1u : 0u;
    return flash->power != 0u;
}

static inline bool fake_flash_erase(void *context, uint32_t offset)
{
    fake_flash_t *flash = context;
    if (flash->refuses || offset % RP_STORE_SECTOR_BYTES != 0u || offset >= FAKE_FLASH_BYTES) {
        return false;
    }
    ++flash->erased[offset / RP_STORE_SECTOR_BYTES];
    for (uint32_t i = 0; i < RP_STORE_SECTOR_BYTES && fake_flash_has_power(flash); ++i) {
        flash->bytes[offset + i] = 0xFF;
    }
    return true;
}

static inline bool fake_flash_program(void *context, uint32_t offset, const uint8_t page[RP_STORE_PAGE_BYTES])
{
    fake_flash_t *flash = context;
    if (flash->refuses || offset % RP_STORE_PAGE_BYTES != 0u || offset >= FAKE_FLASH_BYTES) {
        return false;
    }
    for (uint32_t i = 0; i < RP_STORE_PAGE_BYTES && fake_flash_has_power(flash); ++i) {
        flash->bytes[offset + i] &= page[i];
    }
    return true;
}

#endif
