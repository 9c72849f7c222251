#include "link/frame.h"

#include <string.h>

#include "base/crc32.h"
#include "link/bytes.h"

void toy_frame_decoder_init(toy_frame_decoder_t *decoder) { memset(decoder, 0, sizeof *decoder); }

/* Undoes COBS in place and returns the length, 0 when the codes do not add up. A frame with its CRC is shorter than 254
 * bytes, so the code 0xFF, which has no zero behind it, never occurs in a good one. */
static size_t cobs_decode(uint8_t *chunk, size_t count)
{
    size_t from = 0u;
    size_t to = 0u;
    while (from < count) {
        size_t code = chunk[from];
        if (code == 0u || code > count - from) {
            return 0u;
        }
        memmove(chunk + to, chunk + from + 1u, code - 1u);
        to += code - 1u;
        from += code;
        if (from < count) {
            chunk[to++] = 0u;
        }
    }
    return to;
}

static void end_of_chunk(toy_frame_decoder_t *decoder, toy_frame_sink_t sink, void *context)
{
    if (decoder->used == 0u && !decoder->too_long) {
        return; /* two delimiters in a row are the rule */
    }
    size_t count = decoder->too_long ? 0u : cobs_decode(decoder->chunk, decoder->used);
    decoder->used = 0u;
    decoder->too_long = false;
    if (count <= TOY_FRAME_CRC_BYTES) {
        ++decoder->errors;
        return;
    }
    count -= TOY_FRAME_CRC_BYTES;
    if (toy_crc32(0u, decoder->chunk, count) != toy_get_u32(decoder->chunk + count)) {
        ++decoder->errors;
        return;
    }
    ++decoder->frames;
    sink(context, decoder->chunk, count);
}

void toy_frame_decoder_feed(toy_frame_decoder_t *decoder, const uint8_t *bytes, size_t count, toy_frame_sink_t sink,
                            void *context)
{
    for (size_t i = 0u; i < count; ++i) {
        if (bytes[i] == 0u) {
            end_of_chunk(decoder, sink, context);
        } else if (decoder->used < sizeof decoder->chunk) {
            decoder->chunk[decoder->used++] = bytes[i];
        } else {
            decoder->too_long = true;
        }
    }
}

toy_status_t toy_frame_encode(const uint8_t *frame, size_t count, uint8_t *wire, size_t room, size_t *wire_count)
{
    if (count == 0u || count > TOY_FRAME_MAX_BYTES) {
        return TOY_ERR_ARG;
    }
    if (room < count + TOY_FRAME_CRC_BYTES + 3u) {
        return TOY_ERR_MEMORY;
    }
    uint8_t crc[TOY_FRAME_CRC_BYTES];
    toy_put_u32(crc, toy_crc32(0u, frame, count));
    size_t code_at = 1u;
    size_t to = 2u;
    wire[0] = 0u;
    for (size_t i = 0u; i < count + TOY_FRAME_CRC_BYTES; ++i) {
        uint8_t byte = i < count ? frame[i] : crc[i - count];
        if (byte != 0u) {
            wire[to++] = byte;
            continue;
        }
        wire[code_at] = (uint8_t)(to - code_at);
        code_at = to++;
    }
    wire[code_at] = (uint8_t)(to - code_at);
    wire[to++] = 0u;
    *wire_count = to;
    return TOY_OK;
}
