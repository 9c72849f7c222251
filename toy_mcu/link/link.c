#include "link/link.h"

#include <string.h>

static void deliver(void *context, const uint8_t *body, size_t count)
{
    toy_link_t *link = context;
    toy_audio_frame_t audio;
    toy_message_t message;
    if (body[0] == TOY_BODY_CONTROL && toy_message_decode(body + 1, count - 1u, &message) == TOY_OK) {
        link->config.on_message(link->config.context, &message);
    } else if (body[0] == TOY_BODY_AUDIO_DOWN && toy_audio_frame_read(body, count, &audio) == TOY_OK) {
        link->config.on_audio(link->config.context, &audio);
    } else {
        ++link->bad_bodies; /* sealed by our base, so newer than we are: not a reason to break the session */
    }
}

static void event(void *context, toy_order_event_t what)
{
    toy_link_t *link = context;
    link->config.on_event(link->config.context, what);
}

toy_status_t toy_link_init(toy_link_t *link, const toy_link_config_t *config, toy_arena_t *arena)
{
    memset(link, 0, sizeof *link);
    link->config = *config;
    toy_frame_decoder_init(&link->decoder);
    toy_order_config_t order = {
        .cipher = config->cipher,
        .context = link,
        .deliver = deliver,
        .event = event,
        .control_bytes = config->control_bytes,
        .bulk_bytes = config->bulk_bytes,
        .pace = config->pace,
    };
    return toy_order_init(&link->order, &order, arena);
}

static void on_frame(void *context, uint8_t *frame, size_t count)
{
    toy_link_t *link = context;
    toy_ignore(toy_order_receive(&link->order, frame, count, link->now_ms)); /* counted in order's stats */
}

void toy_link_receive(toy_link_t *link, const uint8_t *bytes, size_t count, uint32_t now_ms)
{
    link->now_ms = now_ms;
    if (link->config.framed) {
        toy_frame_decoder_feed(&link->decoder, bytes, count, on_frame, link);
    } else if (count <= TOY_FRAME_MAX_BYTES) {
        memcpy(link->decoder.chunk, bytes, count); /* opened in place, and the bytes are not ours */
        on_frame(link, link->decoder.chunk, count);
    } else {
        ++link->decoder.errors;
    }
}

void toy_link_poll(toy_link_t *link, uint32_t now_ms) { toy_order_poll(&link->order, now_ms); }

toy_status_t toy_link_take_output(toy_link_t *link, uint32_t now_ms, uint8_t *bytes, size_t room, size_t *count)
{
    uint8_t frame[TOY_FRAME_MAX_BYTES];
    size_t frame_bytes = 0u;
    if (!link->config.framed) {
        return toy_order_take_output(&link->order, now_ms, bytes, room, count);
    }
    if (room < TOY_FRAME_WIRE_MAX_BYTES) {
        return TOY_ERR_MEMORY; /* before a frame is taken out that would then be lost */
    }
    TOY_TRY(toy_order_take_output(&link->order, now_ms, frame, sizeof frame, &frame_bytes));
    return toy_frame_encode(frame, frame_bytes, bytes, room, count);
}

toy_status_t toy_link_send(toy_link_t *link, const toy_message_t *message)
{
    uint8_t body[1u + TOY_MESSAGE_MAX_BYTES];
    size_t count = 0u;
    uint16_t turn = 0u;
    toy_order_lane_t lane = TOY_LANE_CONTROL;
    if (message->type == TOY_MESSAGE_END_OF_SPEECH) {
        lane = TOY_LANE_BULK;
        turn = message->end_of_speech.turn;
    } else if (message->type == TOY_MESSAGE_SPEAK_STOP) {
        lane = TOY_LANE_BULK;
        turn = message->speak_stop.turn;
    }
    body[0] = TOY_BODY_CONTROL;
    TOY_TRY(toy_message_encode(message, body + 1, sizeof body - 1u, &count));
    return toy_order_send(&link->order, lane, turn, body, count + 1u);
}

toy_status_t toy_link_send_audio(toy_link_t *link, const toy_audio_frame_t *frame)
{
    uint8_t body[TOY_AUDIO_FRAME_MAX_BYTES];
    size_t count = 0u;
    TOY_TRY(toy_audio_frame_write(frame, body, sizeof body, &count));
    return toy_order_send(&link->order, TOY_LANE_BULK, frame->turn, body, count);
}

bool toy_link_has_audio_room(const toy_link_t *link, size_t adpcm_bytes)
{
    return toy_order_has_room(&link->order, TOY_LANE_BULK, TOY_AUDIO_FRAME_HEADER_BYTES + adpcm_bytes);
}

void toy_link_drop_turn(toy_link_t *link, uint16_t turn) { toy_order_drop_turn(&link->order, turn); }

bool toy_link_is_quiet(const toy_link_t *link) { return toy_order_is_quiet(&link->order); }

void toy_link_end(toy_link_t *link)
{
    bool was_up = toy_link_is_up(link);
    toy_order_close(&link->order, TOY_CLOSE_GOING_DOWN);
    if (was_up) {
        event(link, TOY_ORDER_LOST);
    }
}

bool toy_link_is_up(const toy_link_t *link) { return toy_order_is_up(&link->order); }

void toy_link_transport_lost(toy_link_t *link) { toy_frame_decoder_init(&link->decoder); }

void toy_link_set_pace(toy_link_t *link, toy_pace_t pace)
{
    link->order.config.pace = pace;
    toy_outgoing_time_outs(&link->order.outgoing, pace.rto_ms, pace.rto_max_ms);
}
