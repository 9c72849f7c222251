/* fuzz_frame.c - bytes from outside into all of link: stream decoder, order, and what they carry.
 * In      libFuzzer's bytes. Byte 0 chooses the way in: even a byte stream with COBS and CRC, odd a life: operations of u8 kind,
 *         count, time and two fields, then count bytes, on a packet transport with the null cipher
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

enum { NEXT_DATA, OTHER_DATA, ACK, CLOSE, PAIR, HANDSHAKE, APP, RAW, KINDS, HEAD = 5, TIME_UNIT_MS = 16, EPOCHS = 3 };

static toy_status_t weak_pair(void *context, uint8_t step, const uint8_t id[8], const uint8_t *payload, size_t payload_bytes,
                              uint8_t *reply, size_t *reply_bytes)
{
    (void)context;
    (void)step;
    memcpy(reply, payload, payload_bytes);
    *reply_bytes = payload_bytes;
    return id[0] % 2u == 0u ? TOY_OK : TOY_ERR_AUTH;
}

/* What a base sends, but for the sense of it: the frame, as long as it is. */
static size_t packet(uint8_t *frame, const uint8_t *head, const uint8_t *bytes, uint16_t *next)
{
    static const uint8_t id[8] = "12345678";
    uint8_t session[8];
    size_t count = head[1], step_bytes = count < TOY_PACKET_PAYLOAD_MAX_BYTES ? count : TOY_PACKET_PAYLOAD_MAX_BYTES;
    size_t body_bytes = count < TOY_PACKET_BODY_MAX_BYTES ? count : TOY_PACKET_BODY_MAX_BYTES;
    memcpy(session, id, sizeof session);
    session[0] = head[4];
    switch (head[0] % KINDS) {
    case NEXT_DATA:
    case OTHER_DATA:
        toy_packet_write_data_header(frame, head[4] % EPOCHS,
                                     head[0] % KINDS == NEXT_DATA ? (*next)++ : (uint16_t)(*next + (int8_t)head[3]));
        memcpy(frame + TOY_PACKET_HEADER_BYTES, bytes, body_bytes);
        return TOY_PACKET_HEADER_BYTES + body_bytes + TOY_PACKET_TAG_BYTES;
    case ACK:
        toy_packet_write_ack(frame, head[4] % EPOCHS, head[3], count > 1u ? (uint16_t)(bytes[0] | bytes[1] << 8) : 0u);
        return TOY_PACKET_ACK_BYTES;
    case CLOSE:
        toy_packet_write_close(frame, head[4] % EPOCHS, head[3] % 4u);
        return TOY_PACKET_CLOSE_BYTES;
    case PAIR:
    case HANDSHAKE:
        *next = head[0] % KINDS == HANDSHAKE ? 0u : *next;
        toy_packet_write_step(frame, head[0] % KINDS == PAIR ? TOY_PACKET_PAIR : TOY_PACKET_HANDSHAKE, head[3] % EPOCHS,
                              (uint8_t)(1u + head[3] / EPOCHS % 6u), session);
        memcpy(frame + TOY_PACKET_HANDSHAKE_BYTES, bytes, step_bytes);
        return TOY_PACKET_HANDSHAKE_BYTES + step_bytes;
    default:
        memcpy(frame, bytes, count);
        return count;
    }
}

/* What app does meanwhile. */
static void app(uint8_t what)
{
    static const toy_message_t end = {.type = TOY_MESSAGE_END_OF_SPEECH, .end_of_speech = {.turn = 5}};
    switch (what % 5u) {
    case 0:
        toy_link_transport_lost(&link_);
        break;
    case 1:
        toy_link_end(&link_);
        demand(!toy_link_is_up(&link_));
        break;
    case 2:
        toy_link_set_pace(&link_, what & 128u ? TOY_PACE_RADIO : TOY_PACE_CABLE);
        break;
    case 3:
        toy_ignore(toy_link_send(&link_, &end));
        break;
    default:
        if (toy_link_is_up(&link_) && toy_link_has_audio_room(&link_, 160u)) {
            static const uint8_t adpcm[160];
            const toy_audio_frame_t frame = {.type = TOY_BODY_AUDIO_UP, .turn = 5, .adpcm = adpcm, .adpcm_bytes = sizeof adpcm};
            demand(toy_link_send_audio(&link_, &frame) == TOY_OK);
            demand(!toy_link_is_quiet(&link_));
        }
        break;
    }
}

/* Each frame in a copy of its own size, so that ASan sees its end. */
static void life(const uint8_t *data, size_t size)
{
    uint32_t now_ms = 0;
    uint16_t next = 0;
    start(0);
    link_.order.config.cipher.pair = weak_pair;
    while (size >= HEAD) {
        uint8_t frame[512] = {0}, head[HEAD];
        memcpy(head, data, HEAD);
        head[1] = (uint8_t)(data[1] < size - HEAD ? data[1] : size - HEAD);
        now_ms += (uint32_t)head[2] * TIME_UNIT_MS;
        if (head[0] % KINDS == APP) {
            app(head[3]);
        } else {
            size_t count = packet(frame, head, data + HEAD, &next);
            uint8_t *own = malloc(count + 1u);
            demand(own != NULL);
            memcpy(own, frame, count);
            toy_link_receive(&link_, own, count, now_ms);
            free(own);
        }
        toy_link_poll(&link_, now_ms);
        if (head[2] % 2u == 0u) {
            take(now_ms);
        }
        data += HEAD + head[1];
        size -= HEAD + head[1];
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0u) {
        return 0;
    }
    (data[0] % 2u == 0u ? stream : life)(data + 1, size - 1u);
    return 0;
}
