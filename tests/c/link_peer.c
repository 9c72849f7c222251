#include "link_peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "link/audio_frame.h"
#include "link/bytes.h"
#include "link/frame.h"
#include "link/packet.h"
#include "message_field.h"

static toy_frame_decoder_t decoder;

void peer_put(peer_answer_t *answer, const void *bytes, size_t count)
{
    if (count > PEER_ANSWER_BYTES - answer->count) {
        abort();
    }
    if (count > 0u) {
        memcpy(answer->bytes + answer->count, bytes, count);
    }
    answer->count += count;
}

void peer_put_u8(peer_answer_t *answer, uint8_t value) { peer_put(answer, &value, 1u); }

void peer_put_u16(peer_answer_t *answer, uint16_t value)
{
    uint8_t bytes[2];
    toy_put_u16(bytes, value);
    peer_put(answer, bytes, sizeof bytes);
}

void peer_put_u32(peer_answer_t *answer, uint32_t value)
{
    uint8_t bytes[4];
    toy_put_u32(bytes, value);
    peer_put(answer, bytes, sizeof bytes);
}

/* Answers with the encoding, its length before it, and the message as text. */
static toy_status_t show_message(const toy_message_t *message, peer_answer_t *answer)
{
    uint8_t bytes[TOY_MESSAGE_MAX_BYTES];
    char line[TOY_MESSAGE_LINE_BYTES];
    size_t count = 0u;
    TOY_TRY(toy_message_encode(message, bytes, sizeof bytes, &count));
    peer_put_u16(answer, (uint16_t)count);
    peer_put(answer, bytes, count);
    peer_put(answer, line, toy_message_print(message, line));
    return TOY_OK;
}

static toy_status_t show_audio(const toy_audio_frame_t *frame, peer_answer_t *answer)
{
    uint8_t body[TOY_AUDIO_FRAME_MAX_BYTES];
    char line[128];
    size_t count = 0u;
    TOY_TRY(toy_audio_frame_write(frame, body, sizeof body, &count));
    peer_put_u16(answer, (uint16_t)count);
    peer_put(answer, body, count);
    int used = snprintf(line, sizeof line, "audio type=%u turn=%u sequence=%u sample_clock=%lu predictor=%d step_index=%u",
                        frame->type, frame->turn, frame->sequence, (unsigned long)frame->sample_clock,
                        frame->predictor, frame->step_index);
    peer_put(answer, line, (size_t)used);
    return TOY_OK;
}

static toy_status_t random_message(const uint8_t *seed, peer_answer_t *answer)
{
    char text[TOY_MESSAGE_TEXT_BYTES];
    toy_message_t message;
    (void)toy_message_random(toy_get_u32(seed), &message, text);
    return show_message(&message, answer);
}

static void on_frame(void *context, uint8_t *frame, size_t count)
{
    peer_put_u16(context, (uint16_t)count);
    peer_put(context, frame, count);
}

/* Answers with the errors counted so far and the frames found. */
static toy_status_t feed(const uint8_t *wire, size_t count, peer_answer_t *answer)
{
    peer_answer_t frames = {.count = 0u};
    toy_frame_decoder_feed(&decoder, wire, count, on_frame, &frames);
    peer_put_u32(answer, decoder.errors);
    peer_put(answer, frames.bytes, frames.count);
    return TOY_OK;
}

static toy_status_t show_packet(const uint8_t *frame, size_t count, peer_answer_t *answer)
{
    uint8_t bytes[512];
    char line[128];
    toy_packet_t packet;
    if (count > sizeof bytes) {
        return TOY_ERR_ARG;
    }
    memcpy(bytes, frame, count);
    TOY_TRY(toy_packet_parse(bytes, count, &packet));
    int used = snprintf(line, sizeof line,
                        "kind=%u epoch=%u counter=%u sack=%u window=%u step=%u reason=%u payload=%zu", packet.kind,
                        packet.epoch, packet.counter, packet.sack, packet.window, packet.step, packet.reason,
                        packet.payload_bytes);
    peer_put(answer, line, (size_t)used);
    return TOY_OK;
}

static toy_status_t serve(uint8_t operation, const uint8_t *request, size_t count, peer_answer_t *answer)
{
    toy_message_t message;
    toy_audio_frame_t audio;
    uint8_t wire[TOY_FRAME_WIRE_MAX_BYTES];
    size_t wire_count = 0u;
    switch (operation) {
    case 'm': /* decode a message */
        TOY_TRY(toy_message_decode(request, count, &message));
        return show_message(&message, answer);
    case 'g': /* make a random message */
        return random_message(request, answer);
    case 'a': /* decode an audio body */
        TOY_TRY(toy_audio_frame_read(request, count, &audio));
        return show_audio(&audio, answer);
    case 'p': /* parse a frame */
        return show_packet(request, count, answer);
    case 'w': /* a frame for the wire */
        TOY_TRY(toy_frame_encode(request, count, wire, sizeof wire, &wire_count));
        peer_put(answer, wire, wire_count);
        return TOY_OK;
    case 'f': /* bytes from the wire */
        return feed(request, count, answer);
    case '0': /* forget what came from the wire */
        toy_frame_decoder_init(&decoder);
        return TOY_OK;
    case 'N':
        return peer_order_new(request, count);
    case 'S':
        return peer_order_step(request, count, answer);
    case 'Z':
        peer_order_stats(answer);
        return TOY_OK;
    default:
        return TOY_ERR_ARG;
    }
}

int main(void)
{
    static peer_answer_t answer;
    uint8_t head[3];
    toy_frame_decoder_init(&decoder);
    while (fread(head, 1u, sizeof head, stdin) == sizeof head) {
        size_t count = toy_get_u16(head + 1);
        uint8_t *request = malloc(count); /* exactly as large, so that ASan sees a read behind it */
        if ((request == NULL && count > 0u) || fread(request, 1u, count, stdin) != count) {
            return 1;
        }
        answer.count = 0u;
        uint8_t status = (uint8_t)serve(head[0], request, count, &answer);
        free(request);
        toy_put_u16(head + 1, (uint16_t)answer.count);
        head[0] = status;
        fwrite(head, 1u, sizeof head, stdout);
        fwrite(answer.bytes, 1u, answer.count, stdout);
        fflush(stdout);
    }
    return 0;
}
