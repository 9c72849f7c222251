#include "link/order.h"

#include <string.h>

#include "link/order_parts.h"

toy_status_t toy_order_init(toy_order_t *order, const toy_order_config_t *config, toy_arena_t *arena)
{
    memset(order, 0, sizeof *order);
    order->config = *config;
    order->config.pace = config->pace.rto_ms != 0u ? config->pace : TOY_PACE_CABLE;
    void *control = toy_arena_take(arena, config->control_bytes, 1u);
    void *bulk = toy_arena_take(arena, config->bulk_bytes, 1u);
    if (arena->failed || config->control_bytes == 0u || config->bulk_bytes == 0u) {
        return TOY_ERR_MEMORY;
    }
    toy_lane_init(&order->control, control, config->control_bytes);
    toy_lane_init(&order->bulk, bulk, config->bulk_bytes);
    order->gone = true;
    return TOY_OK;
}

static void start_afresh(toy_order_t *order)
{
    toy_outgoing_reset(&order->outgoing, order->config.pace.rto_ms, order->config.pace.rto_max_ms);
    toy_incoming_reset(&order->incoming);
    toy_lane_clear(&order->control);
    toy_lane_clear(&order->bulk);
}

static void heard(toy_order_t *order, uint32_t now_ms)
{
    order->heard_ms = now_ms;
    if (order->gone && toy_order_live(order)->used) {
        order->gone = false;
        order->config.event(order->config.context, TOY_ORDER_BACK);
    }
}

/* The first frame under the pending session has opened: the base has finished the handshake and we may too. */
static void promote(toy_order_t *order, uint32_t now_ms)
{
    toy_order_live(order)->used = false;
    order->live = 1u - order->live;
    start_afresh(order);
    ++order->stats.sessions;
    order->heard_ms = now_ms;
    order->gone = false;
    order->config.event(order->config.context, TOY_ORDER_UP);
}

static toy_status_t open_body(toy_order_t *order, unsigned slot, uint64_t counter, const toy_packet_t *packet)
{
    return order->config.cipher.open(order->config.cipher.context, slot, counter,
                                     packet->payload - TOY_PACKET_HEADER_BYTES, packet->payload,
                                     packet->payload_bytes - TOY_PACKET_TAG_BYTES);
}

static void deliver_from(toy_order_t *order, const uint8_t *body, size_t count)
{
    while (body != NULL) {
        ++order->stats.frames_down;
        order->config.deliver(order->config.context, body, count);
        body = toy_incoming_step(&order->incoming, &count);
    }
}

static toy_status_t receive_live(toy_order_t *order, const toy_packet_t *packet, uint32_t now_ms)
{
    uint64_t counter = 0u;
    size_t count = packet->payload_bytes - TOY_PACKET_TAG_BYTES;
    toy_incoming_place_t place = toy_incoming_place(&order->incoming, packet->counter, &counter);
    if (place == TOY_INCOMING_BEYOND) {
        return TOY_ERR_STATE;
    }
    if (place == TOY_INCOMING_AGAIN) {
        ++order->stats.duplicates;
        toy_incoming_owe_ack(&order->incoming, true, now_ms);
        heard(order, now_ms);
        return TOY_OK;
    }
    if (open_body(order, order->live, counter, packet) != TOY_OK) {
        return TOY_ERR_AUTH;
    }
    toy_incoming_owe_ack(&order->incoming, place == TOY_INCOMING_EARLY || order->incoming.here != 0u, now_ms);
    heard(order, now_ms);
    if (place == TOY_INCOMING_EARLY) {
        toy_incoming_keep(&order->incoming, counter, packet->payload, count);
    } else {
        deliver_from(order, packet->payload, count);
    }
    return TOY_OK;
}

static toy_status_t receive_data(toy_order_t *order, const toy_packet_t *packet, uint32_t now_ms)
{
    if (toy_order_live(order)->used && packet->epoch == toy_order_live(order)->epoch) {
        return receive_live(order, packet, now_ms);
    }
    if (!toy_order_pending(order)->used || packet->epoch != toy_order_pending(order)->epoch) {
        toy_order_say_close(order, packet->epoch, TOY_CLOSE_NO_SESSION, now_ms);
        return TOY_ERR_STATE;
    }
    if (packet->counter >= TOY_PACKET_WINDOW) {
        return TOY_ERR_STATE;
    }
    if (open_body(order, 1u - order->live, packet->counter, packet) != TOY_OK) {
        return TOY_ERR_AUTH;
    }
    promote(order, now_ms);
    size_t count = packet->payload_bytes - TOY_PACKET_TAG_BYTES;
    toy_incoming_owe_ack(&order->incoming, true, now_ms);
    if (packet->counter == 0u) {
        deliver_from(order, packet->payload, count);
    } else {
        toy_incoming_keep(&order->incoming, packet->counter, packet->payload, count);
    }
    return TOY_OK;
}

static toy_status_t receive_any(toy_order_t *order, const toy_packet_t *packet, uint32_t now_ms)
{
    bool ours = toy_order_live(order)->used && packet->epoch == toy_order_live(order)->epoch;
    switch (packet->kind) {
    case TOY_PACKET_DATA:
        return receive_data(order, packet, now_ms);
    case TOY_PACKET_HANDSHAKE:
        return toy_order_receive_handshake(order, packet, now_ms);
    case TOY_PACKET_PAIR:
        return toy_order_receive_pair(order, packet, now_ms);
    case TOY_PACKET_ACK:
        if (!ours) {
            return TOY_ERR_STATE;
        }
        toy_outgoing_acknowledge(&order->outgoing, packet->counter, packet->sack, packet->window, now_ms);
        heard(order, now_ms);
        return TOY_OK;
    default: /* CLOSE: not sealed, so it is believed only until the base's next valid frame */
        if (!ours) {
            return TOY_ERR_STATE;
        }
        if (!order->gone) {
            order->gone = true;
            order->config.event(order->config.context, TOY_ORDER_GONE);
        }
        return TOY_OK;
    }
}

toy_status_t toy_order_receive(toy_order_t *order, uint8_t *frame, size_t count, uint32_t now_ms)
{
    toy_packet_t packet;
    toy_status_t status = toy_packet_parse(frame, count, &packet);
    if (status == TOY_OK) {
        status = receive_any(order, &packet, now_ms);
    }
    order->stats.refused += status != TOY_OK;
    return status;
}

void toy_order_poll(toy_order_t *order, uint32_t now_ms)
{
    if (!toy_order_live(order)->used) {
        return;
    }
    if (!order->gone && now_ms - order->heard_ms >= TOY_ORDER_GONE_MS) {
        order->gone = true;
        order->config.event(order->config.context, TOY_ORDER_GONE);
    }
    if (toy_outgoing_is_stuck(&order->outgoing, TOY_ORDER_LOST_MS, now_ms)) {
        toy_order_live(order)->used = false;
        order->gone = true;
        start_afresh(order);
        order->config.event(order->config.context, TOY_ORDER_LOST);
    }
}

toy_status_t toy_order_send(toy_order_t *order, toy_order_lane_t lane, uint16_t turn, const uint8_t *body,
                            size_t count)
{
    if (!toy_order_live(order)->used) {
        return TOY_ERR_STATE;
    }
    return toy_lane_put(lane == TOY_LANE_CONTROL ? &order->control : &order->bulk, turn, body, count);
}

bool toy_order_has_room(const toy_order_t *order, toy_order_lane_t lane, size_t count)
{
    return toy_lane_has_room(lane == TOY_LANE_CONTROL ? &order->control : &order->bulk, count);
}

void toy_order_drop_turn(toy_order_t *order, uint16_t turn) { toy_lane_drop_turn(&order->bulk, turn); }

bool toy_order_is_up(const toy_order_t *order) { return order->sessions[order->live].used && !order->gone; }

bool toy_order_is_quiet(const toy_order_t *order)
{
    return toy_outgoing_in_flight(&order->outgoing) == 0u && toy_lane_is_empty(&order->control) &&
           toy_lane_is_empty(&order->bulk);
}

void toy_order_close(toy_order_t *order, uint8_t reason)
{
    if (toy_order_live(order)->used) {
        toy_order_live(order)->used = false;
        order->gone = true;
        order->close_due = true;
        order->close_epoch = toy_order_live(order)->epoch;
        order->close_reason = reason;
        start_afresh(order);
    }
}
