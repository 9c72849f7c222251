#include "fake_base.h"

#include <string.h>

#include "audio/codec.h"
#include "link/packet.h"

void fake_base_restart(fake_base_t *base)
{
    toy_frame_decoder_init(&base->decoder);
    base->epoch = (uint8_t)(base->epoch + 1u);
    base->up = base->silent = base->answering = false;
    base->next_in = base->next_out = 0;
    base->out_bytes = 0;
    base->asked_ms = base->now_ms - 1000u;
    base->steps_left = -1;
}

void fake_base_init(fake_base_t *base)
{
    memset(base, 0, sizeof *base);
    base->answer_frames = -1;
    fake_base_restart(base);
}

static void put_frame(fake_base_t *base, const uint8_t *frame, size_t count)
{
    size_t used = 0;
    if (!base->silent && toy_frame_encode(frame, count, base->out + base->out_bytes,
                                          sizeof base->out - base->out_bytes, &used) == TOY_OK) {
        base->out_bytes += used;
    }
}

static void step_done(fake_base_t *base)
{
    if (base->steps_left > 0 && --base->steps_left == 0) {
        base->silent = true;
    }
}

static void put_body(fake_base_t *base, const uint8_t *body, size_t count)
{
    uint8_t frame[TOY_FRAME_MAX_BYTES] = {0};
    if (!base->up || base->silent) {
        return;
    }
    toy_packet_write_data_header(frame, base->epoch, base->next_out++);
    memcpy(frame + TOY_PACKET_HEADER_BYTES, body, count);
    put_frame(base, frame, TOY_PACKET_HEADER_BYTES + count + TOY_PACKET_TAG_BYTES);
    base->said_ms = base->now_ms;
}

void fake_base_send(fake_base_t *base, const toy_message_t *message)
{
    uint8_t body[1u + TOY_MESSAGE_MAX_BYTES] = {TOY_BODY_CONTROL};
    size_t count = 0;
    if (toy_message_encode(message, body + 1, sizeof body - 1u, &count) == TOY_OK) {
        put_body(base, body, count + 1u);
        if (message->type != TOY_MESSAGE_PING) {
            step_done(base);
        }
    }
}

void fake_base_send_audio(fake_base_t *base, uint16_t turn, uint16_t sequence)
{
    int16_t samples[320];
    uint8_t adpcm[160], body[TOY_AUDIO_FRAME_MAX_BYTES];
    size_t count = 0;
    toy_adpcm_t codec = {-FAKE_BASE_PEAK, 70};
    for (unsigned i = 0; i < 320u; ++i) {
        samples[i] = (int16_t)((i / 40u) % 2u ? FAKE_BASE_PEAK : -FAKE_BASE_PEAK);
    }
    toy_audio_frame_t frame = {.type = TOY_BODY_AUDIO_DOWN, .turn = turn, .sequence = sequence,
                               .predictor = codec.predictor, .step_index = codec.step_index, .adpcm = adpcm,
                               .adpcm_bytes = 160};
    toy_adpcm_encode(&codec, samples, adpcm, sizeof adpcm);
    if (toy_audio_frame_write(&frame, body, sizeof body, &count) == TOY_OK) {
        put_body(base, body, count);
    }
}

static void on_message(fake_base_t *base, const toy_message_t *message)
{
    if (base->got_count < FAKE_BASE_MOST) {
        base->got[base->got_count++] = *message;
    }
    switch (message->type) {
    case TOY_MESSAGE_WAKE:
        base->audio_turn = message->wake.turn;
        base->audio_frames = 0;
        base->answering = false;
        break;
    case TOY_MESSAGE_END_OF_SPEECH:
        base->answer_turn = message->end_of_speech.turn;
        base->answer_ms = base->now_ms + base->answer_after_ms;
        base->answering = base->answer_frames >= 0;
        base->started = false;
        base->sent = 0;
        break;
    case TOY_MESSAGE_AUDIO_CREDIT:
        base->credit = message->audio_credit.frames;
        break;
    case TOY_MESSAGE_ABORT: {
        const toy_message_t ack = {.type = TOY_MESSAGE_ABORT_ACK, .abort_ack = {message->abort.turn}};
        base->answering = false;
        base->aborted_turn = message->abort.turn;
        fake_base_send(base, &ack);
        break;
    }
    case TOY_MESSAGE_OFFLINE_TURN:
        toy_text_copy(message->offline_turn.heard, base->heard, sizeof base->heard);
        toy_text_copy(message->offline_turn.said, base->said, sizeof base->said);
        break;
    default:
        break;
    }
    step_done(base);
}

static void on_body(fake_base_t *base, const uint8_t *body, size_t count)
{
    toy_message_t message;
    toy_audio_frame_t audio;
    if (body[0] == TOY_BODY_CONTROL && toy_message_decode(body + 1, count - 1u, &message) == TOY_OK) {
        on_message(base, &message);
    } else if (toy_audio_frame_read(body, count, &audio) == TOY_OK) {
        base->first_sample = base->audio_frames == 0u ? audio.sample_clock : base->first_sample;
        base->out_of_order += audio.turn != base->audio_turn || audio.sequence != base->audio_frames;
        base->audio_after_abort += audio.turn == base->aborted_turn;
        ++base->audio_frames;
        ++base->audio_in_all;
    }
}

static void on_frame(void *context, uint8_t *frame, size_t count)
{
    fake_base_t *base = context;
    toy_packet_t packet;
    uint8_t ack[TOY_PACKET_ACK_BYTES];
    if (base->silent || toy_packet_parse(frame, count, &packet) != TOY_OK || packet.epoch != base->epoch) {
        return;
    }
    if (packet.kind == TOY_PACKET_HANDSHAKE && !base->up) {
        const toy_message_t hello = {.type = TOY_MESSAGE_HELLO,
                                     .hello = {.version = 1, .role = TOY_PEER_ROLE_BASE, .codecs = 1,
                                               .name = toy_text("fake", 64)}};
        base->up = true;
        fake_base_send(base, &hello);
    } else if (packet.kind == TOY_PACKET_DATA && packet.counter == (uint16_t)base->next_in) {
        ++base->next_in;
        on_body(base, packet.payload, packet.payload_bytes - TOY_PACKET_TAG_BYTES);
        toy_packet_write_ack(ack, base->epoch, base->next_in, 0);
        put_frame(base, ack, sizeof ack);
    }
}

static void ask_for_a_session(fake_base_t *base)
{
    uint8_t frame[TOY_PACKET_HANDSHAKE_BYTES];
    const uint8_t id[8] = {base->epoch, 2, 3, 4, 5, 6, 7, 8};
    base->asked_ms = base->now_ms;
    toy_packet_write_step(frame, TOY_PACKET_HANDSHAKE, base->epoch, 1, id);
    put_frame(base, frame, sizeof frame);
}

static void answer(fake_base_t *base)
{
    const toy_message_t start = {.type = TOY_MESSAGE_SPEAK_START,
                                 .speak_start = {base->answer_turn, 0, 16000}};
    const toy_message_t stop = {.type = TOY_MESSAGE_SPEAK_STOP,
                                .speak_stop = {base->answer_turn, (uint16_t)base->answer_frames}};
    if (!base->started) {
        base->started = true;
        fake_base_send(base, &start);
    }
    unsigned until = base->over_credit ? base->sent + 20u : base->credit;
    while (base->sent < (unsigned)base->answer_frames && base->sent < until) {
        fake_base_send_audio(base, base->answer_turn, (uint16_t)base->sent++);
    }
    if (base->sent == (unsigned)base->answer_frames) {
        base->answering = false;
        if (!base->no_stop) {
            fake_base_send(base, &stop);
        }
    }
}

void fake_base_tick(fake_base_t *base, uint32_t now_ms, const uint8_t *bytes, size_t count)
{
    base->now_ms = now_ms;
    toy_frame_decoder_feed(&base->decoder, bytes, count, on_frame, base);
    if (!base->up && now_ms - base->asked_ms >= 250u) {
        ask_for_a_session(base);
    }
    if (base->up && base->answering && (int32_t)(now_ms - base->answer_ms) >= 0) {
        answer(base);
    }
    if (base->up && now_ms - base->said_ms >= 400u) {
        const toy_message_t ping = {.type = TOY_MESSAGE_PING, .ping = {7, now_ms}};
        fake_base_send(base, &ping);
    }
}

unsigned fake_base_count(const fake_base_t *base, toy_message_type_t type)
{
    unsigned count = 0;
    for (unsigned i = 0; i < base->got_count; ++i) {
        count += base->got[i].type == type;
    }
    return count;
}

const toy_message_t *fake_base_last(const fake_base_t *base, toy_message_type_t type)
{
    static const toy_message_t NONE;
    for (unsigned i = base->got_count; i > 0u; --i) {
        if (base->got[i - 1u].type == type) {
            return &base->got[i - 1u];
        }
    }
    return &NONE;
}
