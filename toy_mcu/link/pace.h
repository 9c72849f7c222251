/* pace.h - how patient the stream is: BLE answers at its next connection event, which may be 50 ms away.
 * In      which kind of transport
 * Out     the resend time-out's bounds, and how long an acknowledgement may wait for company
 * Source  protocol/SPEC.md, "Order", "Bindings" */
#ifndef TOY_LINK_PACE_H
#define TOY_LINK_PACE_H

#include <stdint.h>

typedef struct {
    uint32_t rto_ms, rto_max_ms;
    uint32_t ack_delay_ms;
} toy_pace_t;

#define TOY_PACE_CABLE ((toy_pace_t){80u, 640u, 20u})    /* UART, TCP */
#define TOY_PACE_RADIO ((toy_pace_t){250u, 1000u, 100u}) /* BLE; every fourth frame of sound comes within 100 ms */

#endif
