#include "link/frame.h"
#include "toy_test.h"

typedef struct {
    uint8_t frame[TOY_FRAME_MAX_BYTES];
    size_t count;
    unsigned calls;
} seen_t;

static void see(void *context, uint8_t *frame, size_t count)
{
    seen_t *seen = context;
    memcpy(seen->frame, frame, count);
    seen->count = count;
    ++seen->calls;
}

static void known_bytes(void)
{
    /* Worked out by hand; the CRC is zlib's of 41 00 07. */
    static const uint8_t frame[3] = {0x41, 0x00, 0x07};
    uint8_t wire[TOY_FRAME_WIRE_MAX_BYTES];
    size_t count = 0;
    TOY_CHECK_INT(toy_frame_encode(frame, sizeof frame, wire, sizeof wire, &count), TOY_OK);
    static const uint8_t expected[10] = {0x00, 0x02, 0x41, 0x06, 0x07, 0x46, 0xAB, 0x7D, 0x10, 0x00};
    TOY_CHECK_INT(count, sizeof expected);
    TOY_CHECK_BYTES(wire, expected, sizeof expected);
}

static void every_length_survives(void)
{
    toy_frame_decoder_t decoder;
    seen_t seen = {.calls = 0};
    toy_frame_decoder_init(&decoder);
    for (size_t length = 1; length <= TOY_FRAME_MAX_BYTES; ++length) {
        for (unsigned pattern = 0; pattern < 3; ++pattern) {
            uint8_t frame[TOY_FRAME_MAX_BYTES];
            uint8_t wire[TOY_FRAME_WIRE_MAX_BYTES];
            size_t count = 0;
            for (size_t i = 0; i < length; ++i) {
                frame[i] = (uint8_t)(pattern == 0 ? 0 : pattern == 1 ? 0xFF : i * 7u % 5u);
            }
            TOY_CHECK_INT(toy_frame_encode(frame, length, wire, sizeof wire, &count), TOY_OK);
            toy_frame_decoder_feed(&decoder, wire, count, see, &seen);
            TOY_CHECK_INT(seen.count, length);
            TOY_CHECK_BYTES(seen.frame, frame, length);
        }
    }
    TOY_CHECK_INT(seen.calls, 3u * TOY_FRAME_MAX_BYTES);
    TOY_CHECK_INT(decoder.errors, 0);
}

static void damage_is_counted_and_over(void)
{
    static const uint8_t frame[5] = {1, 2, 3, 0, 5};
    uint8_t wire[TOY_FRAME_WIRE_MAX_BYTES];
    uint8_t noise[600];
    size_t count = 0;
    toy_frame_decoder_t decoder;
    seen_t seen = {.calls = 0};
    toy_frame_decoder_init(&decoder);
    TOY_CHECK_INT(toy_frame_encode(frame, sizeof frame, wire, sizeof wire, &count), TOY_OK);
    memset(noise, 0xA5, sizeof noise); /* longer than any frame and without a delimiter */
    toy_frame_decoder_feed(&decoder, noise, sizeof noise, see, &seen);
    toy_frame_decoder_feed(&decoder, wire, count, see, &seen);
    TOY_CHECK_INT(seen.calls, 1);
    TOY_CHECK_INT(decoder.errors, 1);
    wire[4] ^= 0x10;
    toy_frame_decoder_feed(&decoder, wire, count, see, &seen);
    wire[4] ^= 0x10;
    TOY_CHECK_INT(decoder.errors, 2);
    toy_frame_decoder_feed(&decoder, wire, count - 1, see, &seen); /* without its closing delimiter */
    TOY_CHECK_INT(seen.calls, 1);
    toy_frame_decoder_feed(&decoder, wire, count, see, &seen); /* whose opening one closes it */
    TOY_CHECK_INT(seen.calls, 3);
    TOY_CHECK_INT(decoder.errors, 2);
}

static void wrong_sizes_are_refused(void)
{
    uint8_t frame[TOY_FRAME_MAX_BYTES + 1] = {0};
    uint8_t wire[TOY_FRAME_WIRE_MAX_BYTES];
    size_t count = 0;
    TOY_CHECK_INT(toy_frame_encode(frame, 0, wire, sizeof wire, &count), TOY_ERR_ARG);
    TOY_CHECK_INT(toy_frame_encode(frame, sizeof frame, wire, sizeof wire, &count), TOY_ERR_ARG);
    TOY_CHECK_INT(toy_frame_encode(frame, 10, wire, 16, &count), TOY_ERR_MEMORY);
}

int main(void)
{
    TOY_RUN(known_bytes);
    TOY_RUN(every_length_survives);
    TOY_RUN(damage_is_counted_and_over);
    TOY_RUN(wrong_sizes_are_refused);
    TOY_DONE();
}
