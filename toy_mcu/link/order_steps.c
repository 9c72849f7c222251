/* What is said outside any session: HANDSHAKE, PAIR and CLOSE. None of it is sealed, so none may do much. */
#include <string.h>

#include "base/crc32.h"
#include "link/order_parts.h"

void toy_order_say_close(toy_order_t *order, uint8_t epoch, uint8_t reason, uint32_t now_ms)
{
    if (order->closed_before && now_ms - order->closed_ms < TOY_ORDER_CLOSE_GAP_MS) {
        return; /* two toys that know nothing of each other must not fill the air */
    }
    order->closed_before = true;
    order->closed_ms = now_ms;
    order->close_due = true;
    order->close_epoch = epoch;
    order->close_reason = reason;
}

/* The same question again gets the same answer, byte for byte. */
static bool answered_already(toy_order_t *order, const toy_packet_t *packet, uint32_t *crc)
{
    *crc = toy_crc32(0u, packet->session - 4, TOY_PACKET_HANDSHAKE_BYTES + packet->payload_bytes);
    bool same = order->reply_bytes > 0u && *crc == order->request_crc;
    order->reply_due |= same;
    return same;
}

static void reply(toy_order_t *order, const toy_packet_t *packet, uint32_t crc, const uint8_t *payload, size_t count)
{
    toy_packet_write_step(order->reply, packet->kind, packet->epoch, (uint8_t)(packet->step + 1u), packet->session);
    memcpy(order->reply + TOY_PACKET_HANDSHAKE_BYTES, payload, count);
    order->reply_bytes = TOY_PACKET_HANDSHAKE_BYTES + count;
    order->request_crc = crc;
    order->reply_due = true;
}

toy_status_t toy_order_receive_handshake(toy_order_t *order, const toy_packet_t *packet, uint32_t now_ms)
{
    uint32_t crc = 0u;
    uint8_t payload[TOY_PACKET_PAYLOAD_MAX_BYTES];
    size_t count = 0u;
    if (packet->step != 1u) {
        return TOY_ERR_STATE; /* step 2 is what a toy says */
    }
    if (answered_already(order, packet, &crc)) {
        return TOY_OK;
    }
    if (toy_order_live(order)->used && memcmp(packet->session, toy_order_live(order)->id, TOY_PACKET_SESSION_BYTES) == 0) {
        return TOY_ERR_STATE; /* a late copy of how the live session began */
    }
    if (toy_order_live(order)->used && packet->epoch == toy_order_live(order)->epoch) {
        toy_order_say_close(order, packet->epoch, TOY_CLOSE_PROTOCOL, now_ms); /* the base then takes another epoch */
        return TOY_ERR_STATE;
    }
    if (order->answered_before && now_ms - order->answered_ms < TOY_ORDER_ANSWER_GAP_MS) {
        return TOY_ERR_STATE; /* replayed questions cost the toy a moment each: no more than so many */
    }
    /* A refused question leaves the pending session and its keys as they were. */
    if (order->config.cipher.answer(order->config.cipher.context, 1u - order->live, packet->session, packet->payload,
                                    packet->payload_bytes, payload, &count) != TOY_OK) {
        return TOY_ERR_AUTH;
    }
    order->answered_before = true;
    order->answered_ms = now_ms;
    toy_order_pending(order)->used = true;
    toy_order_pending(order)->epoch = packet->epoch;
    memcpy(toy_order_pending(order)->id, packet->session, TOY_PACKET_SESSION_BYTES);
    reply(order, packet, crc, payload, count);
    return TOY_OK;
}

toy_status_t toy_order_receive_pair(toy_order_t *order, const toy_packet_t *packet, uint32_t now_ms)
{
    const toy_cipher_t *cipher = &order->config.cipher;
    uint32_t crc = 0u;
    uint8_t payload[TOY_PACKET_PAYLOAD_MAX_BYTES];
    size_t count = 0u;
    if (packet->step % 2u == 0u || cipher->pair == NULL) {
        return TOY_ERR_STATE;
    }
    if (answered_already(order, packet, &crc)) {
        return TOY_OK;
    }
    if (order->paired_before && now_ms - order->paired_ms < TOY_ORDER_PAIR_GAP_MS) {
        return TOY_ERR_STATE; /* nobody types faster than this */
    }
    order->paired_before = true;
    order->paired_ms = now_ms;
    TOY_TRY(cipher->pair(cipher->context, packet->step, packet->session, packet->payload, packet->payload_bytes, payload,
                         &count));
    reply(order, packet, crc, payload, count);
    return TOY_OK;
}

