/* outgoing.h - sealed frames that were sent and are not acknowledged yet: at most 16.
 * In      sealed frames in the order of their counters; acknowledgements; the time
 * Out     which frame to send again, byte for byte as it was
 * Memory  about 4.3 KB
 * Source  protocol/SPEC.md, "Order"; round-trip times: RFC 6298; loss by order of sending: RFC 8985 */
#ifndef TOY_LINK_OUTGOING_H
#define TOY_LINK_OUTGOING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "link/packet.h"

typedef struct {
    uint8_t frame[TOY_FRAME_MAX_BYTES];
    uint8_t count;
    bool acked;
    bool lost; /* something sent later has arrived */
    bool resent;
    uint8_t backoff; /* resends in a row without any word from the peer */
    uint32_t sent_ms;
    uint32_t first_order; /* place in the row of all sendings */
    uint32_t last_order;
} toy_outgoing_slot_t;

typedef struct {
    toy_outgoing_slot_t slots[TOY_PACKET_WINDOW]; /* counter modulo 16 */
    uint64_t first;                               /* oldest counter without acknowledgement */
    uint64_t next;                                /* counter of the next new frame */
    uint64_t limit;                               /* the peer takes counters below this */
    uint32_t order;
    uint32_t newest_acked_order;
    uint32_t progress_ms; /* when the peer last acknowledged something new, or the window filled from empty */
    uint32_t smooth_rtt_ms;
    uint32_t rtt_spread_ms;
    uint32_t rto_min_ms;
    uint32_t rto_max_ms;
} toy_outgoing_t;

void toy_outgoing_reset(toy_outgoing_t *out, uint32_t rto_min_ms, uint32_t rto_max_ms);

/* From now on. */
void toy_outgoing_time_outs(toy_outgoing_t *out, uint32_t rto_min_ms, uint32_t rto_max_ms);
size_t toy_outgoing_in_flight(const toy_outgoing_t *out);
bool toy_outgoing_has_room(const toy_outgoing_t *out, size_t keep_free);

/* The slot for counter out->next: the caller fills frame and count, then commits. */
toy_outgoing_slot_t *toy_outgoing_begin(toy_outgoing_t *out);
void toy_outgoing_commit(toy_outgoing_t *out, uint32_t now_ms);

/* The oldest frame that is due again, counted as sent now; NULL when none is. */
const toy_outgoing_slot_t *toy_outgoing_resend(toy_outgoing_t *out, uint32_t now_ms);

void toy_outgoing_acknowledge(toy_outgoing_t *out, uint16_t next, uint16_t sack, uint8_t window, uint32_t now_ms);

/* Data is outstanding and nothing new was acknowledged for so long. */
bool toy_outgoing_is_stuck(const toy_outgoing_t *out, uint32_t limit_ms, uint32_t now_ms);

#endif
