/* partition.h - who owns which part of the flash. The model's end stays put when the firmware grows.
 * In      the flash's size
 * Out     offsets and sizes in bytes, whole sectors of 4,096
 * Errors  TOY_ERR_ARG: a flash too small for the firmware's part
 *
 *     0                      firmware, 3 MB
 *     3 MB                   model: a head of one sector, then the blob; all that is left, 848 KB of 4 MB, 12.8 MB of 16
 *     end - 24 KB - 8 KB - 144 KB  records (logic/store.h)
 *     end - 24 KB - 8 KB     bonds of the radio (the Pico SDK's bank for BTstack)
 *     end - 24 KB            left empty: the last sector is never written (erratum RP2350-E10 puts a block there) */
#ifndef RP2350_PARTITION_H
#define RP2350_PARTITION_H

#include <stdint.h>

#include "base/status.h"

typedef struct {
    uint32_t offset, bytes;
} rp_part_t;

typedef struct {
    rp_part_t firmware, model, records, bonds, spare;
} rp_partition_t;

#define RP_PART_FIRMWARE_BYTES (3u << 20)
#define RP_PART_BONDS_BYTES 8192u
#define RP_PART_SPARE_BYTES 24576u

TOY_MUST_USE toy_status_t rp_partition_plan(rp_partition_t *plan, uint32_t flash_bytes);

/* The model's head, in the first sector of its part. */
#define RP_MODEL_MAGIC 0x4D4C5052u /* "RPLM" */

typedef struct {
    uint32_t magic, bytes, crc, crc_of_head; /* CRC-32 of the blob; of the three words before */
} rp_model_head_t;

void rp_model_head(rp_model_head_t *head, uint32_t bytes, uint32_t crc);

/* The blob when the whole part is sound; NULL: none, or damaged. *bytes is its size. */
const uint8_t *rp_model_find(const uint8_t *part, uint32_t part_bytes, uint32_t *bytes);

#endif
