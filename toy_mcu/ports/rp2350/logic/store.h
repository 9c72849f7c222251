/* store.h - named records in flash, two places each that take turns: a record is the old one or the new one.
 * In      names 0..RP_STORE_NAMES-1, at most RP_STORE_RECORD_BYTES each
 * Out     the last one written of each
 * Memory  a page buffer; reads look into flash directly
 * Time    a write erases one or two sectors (45 ms each typically, 400 at most) and programs its pages (0.4 ms each); while it does,
 *         neither core runs code from flash
 * Errors  TOY_ERR_EMPTY never written; TOY_ERR_MEMORY no room in the caller's buffer; TOY_ERR_ARG; TOY_ERR_PORT flash
 *         refused. Power lost anywhere in a write: the record is as it was before or after it
 * Wear    100,000 erasures a sector, so 200,000 writes of a record
 *
 *   place    magic, generation, length, CRC-32 of these three and the bytes; the bytes */
#ifndef RP2350_STORE_H
#define RP2350_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

#define RP_STORE_SECTOR_BYTES 4096u
#define RP_STORE_PAGE_BYTES 256u
#define RP_STORE_NAMES 9u
#define RP_STORE_HEAD_BYTES 16u
#define RP_STORE_RECORD_BYTES 4096u
#define RP_STORE_PLACE_BYTES (2u * RP_STORE_SECTOR_BYTES) /* the head makes the largest record a little more than one */
#define RP_STORE_BYTES (2u * RP_STORE_NAMES * RP_STORE_PLACE_BYTES)

typedef struct {
    void *context;
    const uint8_t *bytes; /* RP_STORE_BYTES, as the CPU sees them; aligned to 4 */
    bool (*erase)(void *context, uint32_t offset);
    bool (*program)(void *context, uint32_t offset, const uint8_t page[RP_STORE_PAGE_BYTES]);
} rp_store_t;

TOY_MUST_USE toy_status_t rp_store_read(const rp_store_t *store, uint16_t name, void *bytes, size_t *count);
TOY_MUST_USE toy_status_t rp_store_write(const rp_store_t *store, uint16_t name, const void *bytes, size_t count);

#endif
