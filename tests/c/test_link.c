/* Messages and audio through the whole of link, as a port sees it: bytes in, bytes out. */
#include "link/link.h"
#include "link/null_cipher.h"
#include "toy_test.h"

static uint8_t block[8192];
static toy_link_t link_;
static toy_message_t last_message;
static unsigned messages;
static unsigned audio_frames;

static void on_message(void *context, const toy_message_t *message)
{
    (void)context;
    last_message = *message;
    ++messages;
}

static void on_audio(void *context, const toy_audio_frame_t *frame)
{
    (void)context;
    (void)frame;
    ++audio_frames;
}

static void on_event(void *context, toy_order_event_t event)
{
    (void)context;
    if (event == TOY_ORDER_UP) {
        toy_message_t hello = {.type = TOY_MESSAGE_HELLO,
                               .hello = {.version = 1, .codecs = 1, .name = toy_text("plush", 64)}};
        TOY_CHECK_INT(toy_link_send(&link_, &hello), TOY_OK);
    }
}

static void put(const uint8_t *frame, size_t count)
{
    uint8_t wire[TOY_FRAME_WIRE_MAX_BYTES];
    size_t wire_count = count;
    memcpy(wire, frame, count);
    if (link_.config.framed) {
        TOY_CHECK_INT(toy_frame_encode(frame, count, wire, sizeof wire, &wire_count), TOY_OK);
    }
    toy_link_receive(&link_, wire, wire_count, 1);
}

static void put_body(uint16_t counter, const uint8_t *body, size_t count)
{
    uint8_t frame[TOY_FRAME_MAX_BYTES] = {0};
    toy_packet_write_data_header(frame, 3, counter);
    memcpy(frame + TOY_PACKET_HEADER_BYTES, body, count);
    put(frame, TOY_PACKET_HEADER_BYTES + count + TOY_PACKET_TAG_BYTES);
}

static void start(bool framed)
{
    toy_arena_t arena;
    toy_link_config_t config = {.cipher = toy_null_cipher(), .framed = framed, .control_bytes = 1000,
                                .bulk_bytes = 1000, .on_message = on_message, .on_audio = on_audio,
                                .on_event = on_event};
    uint8_t frame[TOY_PACKET_HANDSHAKE_BYTES];
    toy_arena_init(&arena, block, sizeof block);
    messages = audio_frames = 0;
    TOY_CHECK_INT(toy_link_init(&link_, &config, &arena), TOY_OK);
    toy_packet_write_step(frame, TOY_PACKET_HANDSHAKE, 3, 1, (const uint8_t *)"12345678");
    put(frame, sizeof frame);
    put_body(0, (const uint8_t[]){TOY_BODY_CONTROL, 0x82, 0x0E, 0x07}, 4); /* volume 7 */
    TOY_CHECK(toy_link_is_up(&link_));
    TOY_CHECK_INT(messages, 1);
    TOY_CHECK_INT(last_message.type, TOY_MESSAGE_VOLUME);
    TOY_CHECK_INT(last_message.volume.level, 7);
}

/* Takes all that is there; returns how many frames, and the type byte of each DATA in kinds. */
static unsigned take_all(char *kinds)
{
    uint8_t bytes[TOY_FRAME_WIRE_MAX_BYTES];
    size_t count = 0;
    unsigned frames = 0;
    while (toy_link_take_output(&link_, 2, bytes, sizeof bytes, &count) == TOY_OK) {
        *kinds++ = (bytes[0] >> 3 & 7) == 0 ? (char)('0' + bytes[4]) : '-';
        ++frames;
    }
    *kinds = '\0';
    return frames;
}

static void both_transports_carry_both_kinds(void)
{
    char kinds[64];
    for (int framed = 0; framed < 2; ++framed) {
        start(framed == 1);
        put_body(1, (const uint8_t[]){TOY_BODY_AUDIO_DOWN, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x77}, 13);
        TOY_CHECK_INT(audio_frames, 1);
        put_body(2, (const uint8_t[]){TOY_BODY_AUDIO_UP, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x77}, 13); /* not ours */
        put_body(3, (const uint8_t[]){TOY_BODY_CONTROL, 0xFF}, 2);
        put_body(4, (const uint8_t[]){9}, 1);
        TOY_CHECK_INT(link_.bad_bodies, 3);
        TOY_CHECK_INT(messages + audio_frames, 2);
        TOY_CHECK_INT(take_all(kinds), 3); /* step 2, ACK, hello */
    }
}

static void the_end_of_speech_stays_behind_the_audio(void)
{
    char kinds[64];
    start(false);
    (void)take_all(kinds);
    uint8_t sound[160] = {0};
    toy_audio_frame_t frame = {.type = TOY_BODY_AUDIO_UP, .turn = 4, .adpcm = sound, .adpcm_bytes = 160};
    toy_message_t end = {.type = TOY_MESSAGE_END_OF_SPEECH, .end_of_speech = {.turn = 4, .frames = 2}};
    toy_message_t mute = {.type = TOY_MESSAGE_MUTE, .mute = {.on = true}};
    TOY_CHECK(toy_link_has_audio_room(&link_, 160));
    TOY_CHECK_INT(toy_link_send_audio(&link_, &frame), TOY_OK);
    TOY_CHECK_INT(toy_link_send_audio(&link_, &frame), TOY_OK);
    TOY_CHECK_INT(toy_link_send(&link_, &end), TOY_OK);
    TOY_CHECK_INT(toy_link_send(&link_, &mute), TOY_OK);
    TOY_CHECK_INT(take_all(kinds), 4);
    TOY_CHECK(strcmp(kinds, "0110") == 0);
    TOY_CHECK_INT(toy_link_send_audio(&link_, &frame), TOY_OK);
    TOY_CHECK_INT(toy_link_send(&link_, &end), TOY_OK);
    toy_link_drop_turn(&link_, 4);
    TOY_CHECK_INT(take_all(kinds), 0);
    for (unsigned i = 0; i < 5; ++i) {
        TOY_CHECK_INT(toy_link_send_audio(&link_, &frame), TOY_OK);
    }
    TOY_CHECK(!toy_link_has_audio_room(&link_, 160));
    TOY_CHECK_INT(toy_link_send_audio(&link_, &frame), TOY_ERR_FULL);
}

static void a_pulled_cable_leaves_no_half_frame(void)
{
    char kinds[64];
    start(true);
    (void)take_all(kinds);
    toy_link_receive(&link_, (const uint8_t[]){0x00, 0x05, 0x48, 0x03}, 4, 3);
    toy_link_transport_lost(&link_);
    put_body(1, (const uint8_t[]){TOY_BODY_CONTROL, 0x82, 0x0E, 0x08}, 4);
    TOY_CHECK_INT(messages, 2);
    TOY_CHECK_INT(link_.decoder.errors, 0);
    uint8_t small[TOY_FRAME_WIRE_MAX_BYTES - 1];
    size_t count = 0;
    TOY_CHECK_INT(toy_link_take_output(&link_, 4, small, sizeof small, &count), TOY_ERR_MEMORY);
}

int main(void)
{
    TOY_RUN(both_transports_carry_both_kinds);
    TOY_RUN(the_end_of_speech_stays_behind_the_audio);
    TOY_RUN(a_pulled_cable_leaves_no_half_frame);
    TOY_DONE();
}
