/* One toy_order_t behind the peer's operations. */
#include <string.h>

#include "link/bytes.h"
#include "link/null_cipher.h"
#include "link/order.h"
#include "link_peer.h"
#include "peer_cipher.h"

static uint8_t block[1u << 16];
static toy_order_t order;
static peer_cipher_t cipher;
static peer_answer_t *out;

static void deliver(void *context, const uint8_t *body, size_t count)
{
    (void)context;
    peer_put_u8(out, 'd');
    peer_put_u16(out, (uint16_t)count);
    peer_put(out, body, count);
}

static void event(void *context, toy_order_event_t what)
{
    (void)context;
    peer_put_u8(out, 'e');
    peer_put_u16(out, 1u);
    peer_put_u8(out, (uint8_t)what);
}

/* Request: u8 1 for the test cipher or 0 for the null cipher, u16 bytes of the control lane, u16 of the bulk lane. */
toy_status_t peer_order_new(const uint8_t *request, size_t count)
{
    if (count != 5u) {
        return TOY_ERR_ARG;
    }
    toy_arena_t arena;
    toy_arena_init(&arena, block, sizeof block);
    memset(&cipher, 0, sizeof cipher);
    toy_order_config_t config = {
        .cipher = request[0] != 0u ? peer_cipher(&cipher) : toy_null_cipher(),
        .deliver = deliver,
        .event = event,
        .control_bytes = toy_get_u16(request + 1),
        .bulk_bytes = toy_get_u16(request + 3),
    };
    return toy_order_init(&order, &config, &arena);
}

static toy_status_t one(uint8_t kind, const uint8_t *bytes, size_t count, uint32_t now_ms)
{
    uint8_t frame[512];
    if (kind == 'i' && count <= sizeof frame) { /* a frame comes in */
        memcpy(frame, bytes, count);
        return toy_order_receive(&order, frame, count, now_ms);
    }
    if (kind == 's' && count >= 3u) { /* lane u8, turn u16, body */
        return toy_order_send(&order, bytes[0] == 0u ? TOY_LANE_CONTROL : TOY_LANE_BULK, toy_get_u16(bytes + 1),
                              bytes + 3, count - 3u);
    }
    if (kind == 'x' && count == 2u) { /* drop a turn */
        toy_order_drop_turn(&order, toy_get_u16(bytes));
        return TOY_OK;
    }
    if (kind == 'c' && count == 1u) { /* close */
        toy_order_close(&order, bytes[0]);
        return TOY_OK;
    }
    return TOY_ERR_ARG;
}

/* Request: now u32, most frames to take u8, then items: kind u8, length u16, bytes. Answer: items 'r' status of each
 * request item, 'd' body, 'e' event, 'o' frame to send. */
toy_status_t peer_order_step(const uint8_t *request, size_t count, peer_answer_t *answer)
{
    uint32_t now_ms = toy_get_u32(request);
    unsigned most = request[4];
    out = answer;
    for (size_t at = 5u; at + 3u <= count;) {
        size_t length = toy_get_u16(request + at + 1u);
        toy_status_t status = one(request[at], request + at + 3u, length, now_ms);
        peer_put_u8(answer, 'r');
        peer_put_u16(answer, 1u);
        peer_put_u8(answer, (uint8_t)status);
        at += 3u + length;
    }
    toy_order_poll(&order, now_ms);
    uint8_t frame[TOY_FRAME_MAX_BYTES];
    size_t frame_bytes = 0u;
    while (most-- > 0u && toy_order_take_output(&order, now_ms, frame, sizeof frame, &frame_bytes) == TOY_OK) {
        peer_put_u8(answer, 'o');
        peer_put_u16(answer, (uint16_t)frame_bytes);
        peer_put(answer, frame, frame_bytes);
    }
    return TOY_OK;
}

void peer_order_stats(peer_answer_t *answer)
{
    peer_put_u32(answer, order.stats.frames_up);
    peer_put_u32(answer, order.stats.frames_down);
    peer_put_u32(answer, order.stats.resent);
    peer_put_u32(answer, order.stats.duplicates);
    peer_put_u32(answer, order.stats.refused);
    peer_put_u32(answer, order.stats.sessions);
}
