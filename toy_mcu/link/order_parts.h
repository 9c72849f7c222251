/* order_parts.h - what order.c and order_steps.c share; nobody else's business. */
#ifndef TOY_LINK_ORDER_PARTS_H
#define TOY_LINK_ORDER_PARTS_H

#include "link/order.h"

static inline toy_order_session_t *toy_order_live(toy_order_t *order) { return &order->sessions[order->live]; }
static inline toy_order_session_t *toy_order_pending(toy_order_t *order) { return &order->sessions[1u - order->live]; }

void toy_order_say_close(toy_order_t *order, uint8_t epoch, uint8_t reason, uint32_t now_ms);
TOY_MUST_USE toy_status_t toy_order_receive_handshake(toy_order_t *order, const toy_packet_t *packet, uint32_t now_ms);
TOY_MUST_USE toy_status_t toy_order_receive_pair(toy_order_t *order, const toy_packet_t *packet, uint32_t now_ms);

#endif
