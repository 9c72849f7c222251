/* fuzz_frame.c - bytes from outside into all of link: stream decoder, order, and what they carry.
 * In      libFuzzer's bytes. Byte 0 chooses the way in: 0 a byte stream with COBS and CRC, 1 packets (each with a length byte),
 *         2 bodies under a live session of the null cipher
 * Out     aborts when a property breaks: what arrives as a message can be encoded, what goes out parses and ends
 * Run     ASan and UBSan watch the rest; see tests/c/fuzz/README.md */
#include <stdlib.h>
#include <string.h>

#include "link/link.h"
#include "link/null_cipher.h"

static uint8_t block[8192];
static toy_link_t link_;

static void demand(int condition)
{
    if (!condition) {
        abort();
    }
}

static void on_message(void *context, const toy_message_t *message)
{
    (void)context;
    uint8_t bytes[TOY_MESSAGE_MAX_BYTES];
    size_t count = 0;
    demand(toy_message_encode(message, bytes, sizeof bytes, &count) == TOY_OK);
    toy_ignore(toy_link_send(&link_, message));
}

static void on_audio(void *context, const toy_audio_frame_t *frame)
{
    (void)context;
    toy_audio_frame_t up = *frame;
    up.type = TOY_BODY_AUDIO_UP;
    toy_ignore(toy_link_send_audio(&link_, &up));
    if (frame->turn % 5u == 0u) {
        toy_link_drop_turn(&link_, frame->turn);
    }
}

static void on_event(void *context, toy_order_event_t event)
{
    (void)context;
    (void)event;
}

static void start(int framed)
{
    toy_arena_t arena;
    toy_link_config_t config = {.cipher = toy_null_cipher(), .framed = framed, .control_bytes = 1000,
                                .bulk_bytes = 1000, .on_message = on_message, .on_audio = on_audio,
                                .on_event = on_event};
    toy_arena_init(&arena, block, sizeof block);
    demand(toy_link_init(&link_, &config, &arena) == TOY_OK);
}

static void take(uint32_t now_ms)
{
    uint8_t bytes[TOY_FRAME_WIRE_MAX_BYTES];
    size_t count = 0;
    for (unsigned i = 0; i < 40u; ++i) {
        if (toy_link_take_output(&link_, now_ms, bytes, sizeof bytes, &count) != TOY_OK) {
            return;
        }
        toy_packet_t packet;
        demand(link_.config.framed || toy_packet_parse(bytes, count, &packet) == TOY_OK);
    }
    abort(); /* output never ends */
}

/* In pieces, as a UART brings them. */
static void stream(const uint8_t *data, size_t size)
{
    start(1);
    uint32_t now_ms = 0;
    for (size_t at = 0; at < size; now_ms += 7u) {
        size_t count = 1u + data[at] % 64u;
        count = count < size - at ? count : size - at;
        toy_link_receive(&link_, data + at, count, now_ms);
        toy_link_poll(&link_, now_ms);
        take(now_ms);
        at += count;
    }
}

/* Each with its length and the time since the last before it. A copy of its own size, so that ASan sees the end. */
static void packets(const uint8_t *data, size_t size, int bodies)
{
    start(0);
    uint32_t now_ms = 0;
    uint16_t counter = 0;
    if (bodies) {
        uint8_t frame[TOY_PACKET_HANDSHAKE_BYTES];
        toy_packet_write_step(frame, TOY_PACKET_HANDSHAKE, 1, 1, (const uint8_t *)"12345678");
        toy_link_receive(&link_, frame, sizeof frame, 0);
    }
    while (size >= 2u) {
        size_t count = data[0] < size - 2u ? data[0] : size - 2u;
        size_t whole = bodies ? TOY_PACKET_HEADER_BYTES + count + TOY_PACKET_TAG_BYTES : count;
        uint8_t *frame = calloc(1u, whole + 1u);
        demand(frame != NULL);
        if (bodies) {
            toy_packet_write_data_header(frame, 1, counter++);
            memcpy(frame + TOY_PACKET_HEADER_BYTES, data + 2, count);
        } else if (count > 0u) {
            memcpy(frame, data + 2, count);
        }
        now_ms += data[1];
        toy_link_receive(&link_, frame, whole, now_ms);
        free(frame);
        toy_link_poll(&link_, now_ms);
        take(now_ms);
        data += 2u + count;
        size -= 2u + count;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0u) {
        return 0;
    }
    if (data[0] % 3u == 0u) {
        stream(data + 1, size - 1u);
    } else {
        packets(data + 1, size - 1u, data[0] % 3u == 2u);
    }
    return 0;
}
