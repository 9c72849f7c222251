/* What goes out next: chosen when the port asks, so that nothing urgent ever waits behind something bulky. */
#include <string.h>

#include "link/order.h"

static toy_status_t take_reply(toy_order_t *order, uint8_t *frame, size_t *count)
{
    if (!order->reply_due) {
        return TOY_ERR_EMPTY;
    }
    order->reply_due = false;
    memcpy(frame, order->reply, order->reply_bytes);
    *count = order->reply_bytes;
    return TOY_OK;
}

static toy_status_t take_close(toy_order_t *order, uint8_t *frame, size_t *count)
{
    if (!order->close_due) {
        return TOY_ERR_EMPTY;
    }
    order->close_due = false;
    toy_packet_write_close(frame, order->close_epoch, order->close_reason);
    *count = TOY_PACKET_CLOSE_BYTES;
    return TOY_OK;
}

static toy_status_t take_ack(toy_order_t *order, uint32_t now_ms, uint8_t *frame, size_t *count)
{
    if (!toy_incoming_ack_is_due(&order->incoming, now_ms, order->config.pace.ack_delay_ms)) {
        return TOY_ERR_EMPTY;
    }
    toy_packet_write_ack(frame, order->sessions[order->live].epoch, order->incoming.next, order->incoming.here);
    toy_incoming_acked(&order->incoming);
    *count = TOY_PACKET_ACK_BYTES;
    return TOY_OK;
}

static toy_status_t take_resend(toy_order_t *order, uint32_t now_ms, uint8_t *frame, size_t *count)
{
    const toy_outgoing_slot_t *slot = toy_outgoing_resend(&order->outgoing, now_ms);
    if (slot == NULL) {
        return TOY_ERR_EMPTY;
    }
    memcpy(frame, slot->frame, slot->count); /* sealed once: the same nonce never covers two texts */
    *count = slot->count;
    ++order->stats.resent;
    return TOY_OK;
}

/* Seals the lane's first body into the window; a body gets its counter here and not before. */
static toy_status_t take_new(toy_order_t *order, toy_lane_t *lane, size_t keep_free, uint32_t now_ms, uint8_t *frame,
                             size_t *count)
{
    if (!toy_outgoing_has_room(&order->outgoing, keep_free)) {
        return TOY_ERR_EMPTY;
    }
    toy_outgoing_slot_t *slot = toy_outgoing_begin(&order->outgoing);
    uint8_t *body = slot->frame + TOY_PACKET_HEADER_BYTES;
    size_t body_bytes = 0u;
    TOY_TRY(toy_lane_take(lane, body, &body_bytes));
    toy_packet_write_data_header(slot->frame, order->sessions[order->live].epoch, order->outgoing.next);
    TOY_TRY(order->config.cipher.seal(order->config.cipher.context, order->live, order->outgoing.next, slot->frame,
                                      body, body_bytes));
    slot->count = (uint8_t)(TOY_PACKET_HEADER_BYTES + body_bytes + TOY_PACKET_TAG_BYTES);
    toy_outgoing_commit(&order->outgoing, now_ms);
    memcpy(frame, slot->frame, slot->count);
    *count = slot->count;
    ++order->stats.frames_up;
    return TOY_OK;
}

toy_status_t toy_order_take_output(toy_order_t *order, uint32_t now_ms, uint8_t *frame, size_t room, size_t *count)
{
    if (room < TOY_FRAME_MAX_BYTES) {
        return TOY_ERR_MEMORY;
    }
    toy_status_t status = take_reply(order, frame, count);
    if (status == TOY_ERR_EMPTY) {
        status = take_close(order, frame, count);
    }
    if (!order->sessions[order->live].used) {
        return status;
    }
    if (status == TOY_ERR_EMPTY) {
        status = take_ack(order, now_ms, frame, count);
    }
    if (status == TOY_ERR_EMPTY) {
        status = take_resend(order, now_ms, frame, count);
    }
    if (status == TOY_ERR_EMPTY) {
        status = take_new(order, &order->control, 0u, now_ms, frame, count);
    }
    if (status == TOY_ERR_EMPTY) {
        status = take_new(order, &order->bulk, TOY_ORDER_KEEP_FREE, now_ms, frame, count);
    }
    return status;
}
