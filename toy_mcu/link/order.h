/* order.h - the toy's end of the ordered, acknowledged, sealed stream. Nothing in here ever waits.
 * In      frames as they arrive; bodies to send, in two lanes of which CONTROL goes first; the time in every call
 * Out     bodies in order and once, events, and one frame at a time when the port asks for it: so nothing queues up
 *         behind the port's back, and what is urgent is chosen at the last moment
 * Memory  toy_order_t, about 9 KB, and two lanes from the arena
 * Errors  receive: TOY_ERR_FORMAT, TOY_ERR_AUTH, TOY_ERR_STATE (a frame of no session we know); the frame is then gone.
 *         send: TOY_ERR_STATE no session, TOY_ERR_FULL, TOY_ERR_ARG. take: TOY_ERR_EMPTY, TOY_ERR_MEMORY
 * Source  protocol/SPEC.md, "Order", "Sessions", "Liveness" */
#ifndef TOY_LINK_ORDER_H
#define TOY_LINK_ORDER_H

#include "base/arena.h"
#include "link/cipher.h"
#include "link/incoming.h"
#include "link/lane.h"
#include "link/outgoing.h"
#include "link/pace.h"

#define TOY_ORDER_LOST_MS 3000u   /* data outstanding and nothing acknowledged */
#define TOY_ORDER_GONE_MS 1000u   /* not one valid frame from the base */
#define TOY_ORDER_CLOSE_GAP_MS 100u
#define TOY_ORDER_ANSWER_GAP_MS 100u /* between two handshakes that are answered */
#define TOY_ORDER_PAIR_GAP_MS 20u    /* between two steps of pairing that are looked at */
#define TOY_ORDER_KEEP_FREE 4u    /* window slots that BULK leaves to CONTROL */

typedef enum {
    TOY_ORDER_UP,   /* a new session is live: forget what was under way and send hello before anything else */
    TOY_ORDER_LOST, /* the session is over; unsent and unacknowledged bodies are gone */
    TOY_ORDER_GONE, /* the base is silent; the session waits */
    TOY_ORDER_BACK  /* the base speaks again, under the same session */
} toy_order_event_t;

typedef enum { TOY_LANE_CONTROL, TOY_LANE_BULK } toy_order_lane_t;

typedef struct {
    toy_cipher_t cipher;
    void *context; /* for the two callbacks; they may send and drop, and must not call receive, poll or take */
    void (*deliver)(void *context, const uint8_t *body, size_t count);
    void (*event)(void *context, toy_order_event_t event);
    size_t control_bytes; /* room of each lane; an item takes 4 bytes more than its body */
    size_t bulk_bytes;
    toy_pace_t pace; /* all 0: TOY_PACE_CABLE */
} toy_order_config_t;

typedef struct {
    uint32_t frames_up;   /* DATA sent for the first time */
    uint32_t frames_down; /* DATA delivered */
    uint32_t resent;
    uint32_t duplicates;
    uint32_t refused; /* frames that did not parse, did not open or belonged to no session */
    uint32_t sessions;
} toy_order_stats_t;

typedef struct {
    bool used;
    uint8_t epoch;
    uint8_t id[TOY_PACKET_SESSION_BYTES];
} toy_order_session_t;

typedef struct {
    toy_order_config_t config;
    toy_order_session_t sessions[2]; /* the cipher's slots */
    unsigned live;                   /* which of them; the other may be pending */
    toy_outgoing_t outgoing;
    toy_incoming_t incoming;
    toy_lane_t control;
    toy_lane_t bulk;
    toy_order_stats_t stats;
    uint8_t reply[TOY_PACKET_HANDSHAKE_BYTES + TOY_PACKET_PAYLOAD_MAX_BYTES]; /* the last HANDSHAKE or PAIR */
    size_t reply_bytes;
    uint32_t request_crc; /* of the step that it answers */
    bool reply_due;
    bool answered_before;
    uint32_t answered_ms; /* when a new question was last answered */
    bool paired_before;
    uint32_t paired_ms; /* when a step of pairing was last looked at */
    bool close_due;
    uint8_t close_epoch;
    uint8_t close_reason;
    bool closed_before;
    uint32_t closed_ms; /* when the last CLOSE was due */
    uint32_t heard_ms;  /* the last valid frame */
    bool gone;
} toy_order_t;

TOY_MUST_USE toy_status_t toy_order_init(toy_order_t *order, const toy_order_config_t *config, toy_arena_t *arena);

/* One frame, without COBS and CRC; its bytes are changed. */
TOY_MUST_USE toy_status_t toy_order_receive(toy_order_t *order, uint8_t *frame, size_t count, uint32_t now_ms);

/* Looks at the clock: call it every 20 ms or oftener. */
void toy_order_poll(toy_order_t *order, uint32_t now_ms);

/* The most urgent frame that may go now, at most TOY_FRAME_MAX_BYTES. Call until TOY_ERR_EMPTY, as far as the port can
 * pass them on at once. */
TOY_MUST_USE toy_status_t toy_order_take_output(toy_order_t *order, uint32_t now_ms, uint8_t *frame, size_t room,
                                                size_t *count);

/* body: type byte and content, 1..224 bytes. */
TOY_MUST_USE toy_status_t toy_order_send(toy_order_t *order, toy_order_lane_t lane, uint16_t turn,
                                         const uint8_t *body, size_t count);
bool toy_order_has_room(const toy_order_t *order, toy_order_lane_t lane, size_t count);

/* Takes what this turn has in BULK back, as far as it was not sealed yet. */
void toy_order_drop_turn(toy_order_t *order, uint16_t turn);

/* A session is live and the base is not silent. */
bool toy_order_is_up(const toy_order_t *order);

/* Nothing waits, and all that was sent is acknowledged. */
bool toy_order_is_quiet(const toy_order_t *order);

/* Ends the session; the next frame taken says so to the base. */
void toy_order_close(toy_order_t *order, uint8_t reason);

#endif
