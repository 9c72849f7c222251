#include "rp2350/logic/partition.h"

#include <stddef.h>
#include <string.h>

#include "base/crc32.h"
#include "rp2350/logic/store.h"

toy_status_t rp_partition_plan(rp_partition_t *plan, uint32_t flash_bytes)
{
    const uint32_t behind = RP_STORE_BYTES + RP_PART_BONDS_BYTES + RP_PART_SPARE_BYTES;
    if (flash_bytes < RP_PART_FIRMWARE_BYTES + behind + 2u * RP_STORE_SECTOR_BYTES ||
        flash_bytes % RP_STORE_SECTOR_BYTES != 0u) {
        return TOY_ERR_ARG;
    }
    plan->firmware = (rp_part_t){0, RP_PART_FIRMWARE_BYTES};
    plan->model = (rp_part_t){RP_PART_FIRMWARE_BYTES, flash_bytes - behind - RP_PART_FIRMWARE_BYTES};
    plan->records = (rp_part_t){flash_bytes - behind, RP_STORE_BYTES};
    plan->bonds = (rp_part_t){plan->records.offset + RP_STORE_BYTES, RP_PART_BONDS_BYTES};
    plan->spare = (rp_part_t){plan->bonds.offset + RP_PART_BONDS_BYTES, RP_PART_SPARE_BYTES};
    return TOY_OK;
}

void rp_model_head(rp_model_head_t *head, uint32_t bytes, uint32_t crc)
{
    *head = (rp_model_head_t){.magic = RP_MODEL_MAGIC, .bytes = bytes, .crc = crc};
    head->crc_of_head = toy_crc32(0, head, offsetof(rp_model_head_t, crc_of_head));
}

const uint8_t *rp_model_find(const uint8_t *part, uint32_t part_bytes, uint32_t *bytes)
{
    rp_model_head_t head;
    memcpy(&head, part, sizeof head);
    const uint8_t *blob = part + RP_STORE_SECTOR_BYTES;
    if (head.magic != RP_MODEL_MAGIC || head.crc_of_head != toy_crc32(0, &head, offsetof(rp_model_head_t, crc_of_head)) ||
        head.bytes > part_bytes - RP_STORE_SECTOR_BYTES || toy_crc32(0, blob, head.bytes) != head.crc) {
        return NULL;
    }
    *bytes = head.bytes;
    return blob;
}
