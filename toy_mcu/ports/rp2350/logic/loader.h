/* loader.h - a new model over the cable, into its own part of the flash: `plush flash model FILE`.
 * In      frames of link/frame.h that begin with "PLFM", an operation, and numbers in little endian:
 *           0 ask    -                       room for a model?
 *           1 begin  size, CRC-32            the old model is void from here on
 *           2 data   offset, 1..192 bytes    offsets go up without a gap
 *           3 end    -                       checked against the CRC, then valid
 * Out     a reply a frame: "PLFm", operation, status (toy_status_t), next offset (ask: room in bytes)
 * Memory  one page
 * Time    a sector's erasure (45 ms) every 4,096 bytes, 0.4 ms a page; a reply means: it is in flash, send the next
 * Errors  in the reply: TOY_ERR_STATE nothing begun; TOY_ERR_ARG too large; TOY_ERR_FORMAT a gap, go on at the next offset;
 *         TOY_ERR_CHECKSUM; TOY_ERR_PORT flash refused
 * Who may: whoever holds the cable. A radio never gets here. */
#ifndef RP2350_LOADER_H
#define RP2350_LOADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "rp2350/logic/store.h"

#define RP_LOADER_DATA_BYTES 192u
#define RP_LOADER_REPLY_BYTES 10u

typedef struct {
    void *context;
    const uint8_t *part; /* the model's part as the CPU sees it */
    uint32_t part_bytes;
    bool (*erase)(void *context, uint32_t offset); /* offsets within the part */
    bool (*program)(void *context, uint32_t offset, const uint8_t page[RP_STORE_PAGE_BYTES]);
} rp_loader_flash_t;

typedef struct {
    rp_loader_flash_t flash;
    bool is_open, is_new; /* is_new: a model was written since start; the port starts anew to use it */
    uint32_t size, crc, next;
    uint8_t page[RP_STORE_PAGE_BYTES];
} rp_loader_t;

void rp_loader_init(rp_loader_t *loader, const rp_loader_flash_t *flash);

/* False: the frame is not for the loader. */
bool rp_loader_frame(rp_loader_t *loader, const uint8_t *frame, size_t count, uint8_t reply[RP_LOADER_REPLY_BYTES]);

#endif
