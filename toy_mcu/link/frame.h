/* frame.h - frames on a byte stream (UART, TCP): 0x00, COBS(frame, CRC-32), 0x00. BLE delimits and checks by itself.
 * In      encode: a frame of 1..244 bytes; feed: bytes as they come, in any pieces
 * Out     encode: at most TOY_FRAME_WIRE_MAX_BYTES; feed: calls sink once for every undamaged frame; the sink may change
 *         the frame's bytes and must not keep the pointer
 * Memory  the decoder holds one frame
 * Errors  encode: TOY_ERR_ARG, TOY_ERR_MEMORY; feed: damage is counted, and the next delimiter starts afresh
 * Source  protocol/SPEC.md, "Framing"; COBS: Cheshire and Baker (1999); CRC-32: IEEE 802.3, as zlib's */
#ifndef TOY_LINK_FRAME_H
#define TOY_LINK_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

#define TOY_FRAME_MAX_BYTES 244u
#define TOY_FRAME_CRC_BYTES 4u
#define TOY_FRAME_COBS_MAX_BYTES (TOY_FRAME_MAX_BYTES + TOY_FRAME_CRC_BYTES + 1u)
#define TOY_FRAME_WIRE_MAX_BYTES (TOY_FRAME_COBS_MAX_BYTES + 2u)

typedef void (*toy_frame_sink_t)(void *context, uint8_t *frame, size_t count);

typedef struct {
    uint8_t chunk[TOY_FRAME_COBS_MAX_BYTES]; /* what came since the last delimiter */
    size_t used;
    bool too_long;
    uint32_t frames;
    uint32_t errors; /* chunks that were no frame: damaged, cut short, too long */
} toy_frame_decoder_t;

void toy_frame_decoder_init(toy_frame_decoder_t *decoder);
void toy_frame_decoder_feed(toy_frame_decoder_t *decoder, const uint8_t *bytes, size_t count, toy_frame_sink_t sink,
                            void *context);
TOY_MUST_USE toy_status_t toy_frame_encode(const uint8_t *frame, size_t count, uint8_t *wire, size_t room,
                                           size_t *wire_count);

#endif
