/* flash_access.h - the flash's parts: reading in place, erasing and programming with the other core standing still.
 * Time    45 ms a sector erased, 0.4 ms a page: meanwhile no code runs from flash on either core; DMA plays on
 * Errors  TOY_ERR_PORT: core 1 did not stand still in time, or the offset lies outside the model's and records' parts */
#ifndef RP2350_FLASH_ACCESS_H
#define RP2350_FLASH_ACCESS_H

#include <stdint.h>

#include "rp2350/logic/partition.h"
#include "rp2350/logic/store.h"

const rp_partition_t *rp_flash_parts(void);
const uint8_t *rp_flash_at(uint32_t offset);
TOY_MUST_USE toy_status_t rp_flash_erase(uint32_t offset);
TOY_MUST_USE toy_status_t rp_flash_program(uint32_t offset, const uint8_t page[RP_STORE_PAGE_BYTES]);
rp_store_t rp_flash_store(void);

#endif
