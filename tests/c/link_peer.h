/* link_peer.h - the toy's link as a program that Python tests talk to through its standard input and output.
 * In      requests: operation u8, length u16, payload; all integers little endian
 * Out     for each request one answer: status i8, length u16, payload
 * Operations are listed in link_peer.c; the order's in link_peer_order.c */
#ifndef TOY_TEST_LINK_PEER_H
#define TOY_TEST_LINK_PEER_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

#define PEER_ANSWER_BYTES 65536u

typedef struct {
    uint8_t bytes[PEER_ANSWER_BYTES];
    size_t count;
} peer_answer_t;

void peer_put(peer_answer_t *answer, const void *bytes, size_t count);
void peer_put_u8(peer_answer_t *answer, uint8_t value);
void peer_put_u16(peer_answer_t *answer, uint16_t value);
void peer_put_u32(peer_answer_t *answer, uint32_t value);

/* The order's operations: 'N' a new link, 'S' one step of simulated time, 'Z' its statistics. */
toy_status_t peer_order_new(const uint8_t *request, size_t count);
toy_status_t peer_order_step(const uint8_t *request, size_t count, peer_answer_t *answer);
void peer_order_stats(peer_answer_t *answer);

#endif
