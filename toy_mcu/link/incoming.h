/* incoming.h - opened bodies that came before their turn, and what to acknowledge.
 * In      counters and opened bodies; the time
 * Out     bodies in the order of their counters, each once; when an acknowledgement is due and what it says
 * Memory  about 3.6 KB
 * Source  protocol/SPEC.md, "Order" */
#ifndef TOY_LINK_INCOMING_H
#define TOY_LINK_INCOMING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "link/packet.h"

#define TOY_INCOMING_ACK_EVERY 4u

typedef struct {
    uint8_t body[TOY_PACKET_WINDOW][TOY_PACKET_BODY_MAX_BYTES]; /* counter modulo 16 */
    uint8_t count[TOY_PACKET_WINDOW];
    uint64_t next;    /* counter of the next body to deliver */
    uint16_t here;    /* bit i: counter next + 1 + i is here */
    uint8_t unacked;  /* DATA frames since the last acknowledgement */
    bool ack_now;
    uint32_t oldest_unacked_ms;
} toy_incoming_t;

typedef enum { TOY_INCOMING_NEXT, TOY_INCOMING_EARLY, TOY_INCOMING_AGAIN, TOY_INCOMING_BEYOND } toy_incoming_place_t;

void toy_incoming_reset(toy_incoming_t *in);

/* Finds the whole counter from its low 16 bits, and where it stands. */
toy_incoming_place_t toy_incoming_place(const toy_incoming_t *in, uint16_t low, uint64_t *counter);

/* After opening: keeps an EARLY body. */
void toy_incoming_keep(toy_incoming_t *in, uint64_t counter, const uint8_t *body, size_t count);

/* After delivering the next body: steps on; then returns the body behind it when that is here already, else NULL. */
const uint8_t *toy_incoming_step(toy_incoming_t *in, size_t *count);

/* A DATA frame came; urgent when it was early, again, or filled a gap. */
void toy_incoming_owe_ack(toy_incoming_t *in, bool urgent, uint32_t now_ms);
bool toy_incoming_ack_is_due(const toy_incoming_t *in, uint32_t now_ms, uint32_t delay_ms);
void toy_incoming_acked(toy_incoming_t *in);

#endif
