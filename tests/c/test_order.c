/* The toy's order against frames that are written here by hand, with the null cipher. */
#include "link/null_cipher.h"
#include "link/order.h"
#include "toy_test.h"

static uint8_t block[4096];
static toy_order_t order;
static char seen[256]; /* what was delivered and which events came, one character each */

static void deliver(void *context, const uint8_t *body, size_t count)
{
    (void)context;
    size_t at = strlen(seen);
    seen[at] = count > 1 ? (char)body[1] : '?';
    seen[at + 1] = '\0';
}

static void event(void *context, toy_order_event_t what)
{
    (void)context;
    size_t at = strlen(seen);
    seen[at] = "ULGB"[what];
    seen[at + 1] = '\0';
}

static void fresh(void)
{
    toy_arena_t arena;
    toy_order_config_t config = {
        .cipher = toy_null_cipher(), .deliver = deliver, .event = event, .control_bytes = 1000, .bulk_bytes = 1000};
    toy_arena_init(&arena, block, sizeof block);
    memset(seen, 0, sizeof seen);
    TOY_CHECK_INT(toy_order_init(&order, &config, &arena), TOY_OK);
}

static toy_status_t data(uint8_t epoch, uint16_t counter, char letter, uint32_t now_ms)
{
    uint8_t frame[22] = {0};
    toy_packet_write_data_header(frame, epoch, counter);
    frame[5] = (uint8_t)letter;
    return toy_order_receive(&order, frame, sizeof frame, now_ms);
}

static toy_status_t ask(uint8_t epoch, const char *session, uint32_t now_ms)
{
    uint8_t frame[TOY_PACKET_HANDSHAKE_BYTES];
    toy_packet_write_step(frame, TOY_PACKET_HANDSHAKE, epoch, 1, (const uint8_t *)session);
    return toy_order_receive(&order, frame, sizeof frame, now_ms);
}

static toy_status_t ack(uint8_t epoch, uint64_t next, uint16_t sack, uint32_t now_ms)
{
    uint8_t frame[TOY_PACKET_ACK_BYTES];
    toy_packet_write_ack(frame, epoch, next, sack);
    return toy_order_receive(&order, frame, sizeof frame, now_ms);
}

static toy_status_t send(toy_order_lane_t lane, char letter)
{
    uint8_t body[2] = {0, (uint8_t)letter};
    return toy_order_send(&order, lane, 1, body, sizeof body);
}

/* Takes one frame: kind as a character, '-' when there is none; DATA as its letter. */
static char take(uint32_t now_ms)
{
    uint8_t frame[TOY_FRAME_MAX_BYTES];
    size_t count = 0;
    if (toy_order_take_output(&order, now_ms, frame, sizeof frame, &count) != TOY_OK) {
        return '-';
    }
    unsigned kind = frame[0] >> 3 & 7u;
    return kind == TOY_PACKET_DATA ? (char)frame[5] : "?AHC"[kind];
}

static void up(void)
{
    fresh();
    TOY_CHECK_INT(ask(5, "session1", 0), TOY_OK);
    TOY_CHECK_INT(take(0), 'H');
    TOY_CHECK_INT(data(5, 0, 'h', 1), TOY_OK);
    TOY_CHECK_INT(take(1), 'A');
    TOY_CHECK(strcmp(seen, "Uh") == 0);
    seen[0] = '\0';
}

static void a_session_begins_with_its_first_frame(void)
{
    fresh();
    TOY_CHECK_INT(send(TOY_LANE_CONTROL, 'x'), TOY_ERR_STATE);
    TOY_CHECK_INT(data(5, 0, 'h', 0), TOY_ERR_STATE); /* no session at all: says so, once in 100 ms */
    TOY_CHECK_INT(take(0), 'C');
    TOY_CHECK_INT(data(5, 0, 'h', 50), TOY_ERR_STATE);
    TOY_CHECK_INT(take(50), '-');
    TOY_CHECK_INT(ask(5, "session1", 60), TOY_OK);
    TOY_CHECK_INT(ask(5, "session1", 61), TOY_OK);
    TOY_CHECK_INT(take(61), 'H');
    TOY_CHECK_INT(take(61), '-');
    TOY_CHECK(!toy_order_is_up(&order));
    TOY_CHECK_INT(data(5, 0, 'h', 70), TOY_OK);
    TOY_CHECK(toy_order_is_up(&order));
    TOY_CHECK(strcmp(seen, "Uh") == 0);
    TOY_CHECK_INT(ask(5, "session1", 80), TOY_OK); /* a late copy is answered and changes nothing */
    TOY_CHECK_INT(take(80), 'H');
    TOY_CHECK(toy_order_is_up(&order));
}

static void the_old_session_lives_until_the_new_one_does(void)
{
    up();
    TOY_CHECK_INT(ask(5, "session2", 10), TOY_ERR_STATE); /* the same epoch: the base must take another */
    TOY_CHECK_INT(take(10), 'C');
    TOY_CHECK_INT(ask(6, "session2", 20), TOY_ERR_STATE); /* a flood of handshakes: so many and no more */
    TOY_CHECK_INT(ask(6, "session2", 120), TOY_OK);
    TOY_CHECK_INT(take(120), 'H');
    TOY_CHECK_INT(data(5, 1, 'a', 130), TOY_OK);
    TOY_CHECK_INT(data(6, 16, 'z', 130), TOY_ERR_STATE); /* cannot be the first of a session */
    TOY_CHECK_INT(send(TOY_LANE_CONTROL, 'x'), TOY_OK);
    TOY_CHECK_INT(data(6, 1, 'c', 140), TOY_OK); /* ahead of its turn, and it makes the session live */
    TOY_CHECK_INT(data(6, 0, 'b', 141), TOY_OK);
    TOY_CHECK(strcmp(seen, "aUbc") == 0);
    TOY_CHECK_INT(take(142), 'A');
    TOY_CHECK_INT(take(142), '-'); /* what waited belonged to the old session */
    TOY_CHECK_INT(data(5, 2, 'd', 143), TOY_ERR_STATE);
    TOY_CHECK_INT(take(143), 'C'); /* says so */
    TOY_CHECK_INT(ask(5, "session1", 300), TOY_OK); /* long forgotten: just another handshake, and harmless */
    TOY_CHECK_INT(take(300), 'H');
    TOY_CHECK_INT(ask(6, "session2", 300), TOY_ERR_STATE); /* how the live session began: not worth a word */
    TOY_CHECK_INT(take(300), '-');
    TOY_CHECK_INT(data(6, 2, 'e', 301), TOY_OK);
    TOY_CHECK(strcmp(seen, "aUbce") == 0);
}

static void bodies_come_in_order_and_once(void)
{
    up();
    TOY_CHECK_INT(data(5, 3, 'c', 10), TOY_OK);
    TOY_CHECK_INT(take(10), 'A'); /* a gap is told at once */
    TOY_CHECK_INT(data(5, 2, 'b', 11), TOY_OK);
    TOY_CHECK_INT(data(5, 2, 'b', 11), TOY_OK);
    TOY_CHECK_INT(data(5, 17, 'z', 11), TOY_ERR_STATE); /* beyond the window */
    TOY_CHECK_INT(data(5, 16, 'p', 11), TOY_OK);
    TOY_CHECK_INT(data(5, 1, 'a', 12), TOY_OK);
    TOY_CHECK_INT(data(5, 1, 'a', 12), TOY_OK);
    TOY_CHECK(strcmp(seen, "abc") == 0);
    TOY_CHECK_INT(order.stats.duplicates, 2);
    uint8_t frame[TOY_FRAME_MAX_BYTES];
    size_t count = 0;
    TOY_CHECK_INT(toy_order_take_output(&order, 12, frame, sizeof frame, &count), TOY_OK);
    static const uint8_t expected[7] = {0x48, 5, 4, 0, 0x00, 0x08, 16}; /* next 4, and 16 = 4 + 1 + 11 is here */
    TOY_CHECK_INT(count, sizeof expected);
    TOY_CHECK_BYTES(frame, expected, sizeof expected);
}

static void acknowledgements_are_sparing(void)
{
    up();
    TOY_CHECK_INT(data(5, 1, 'a', 100), TOY_OK);
    TOY_CHECK_INT(take(119), '-');
    TOY_CHECK_INT(take(120), 'A'); /* 20 ms after data at the latest */
    for (uint16_t i = 2; i < 6; ++i) {
        TOY_CHECK_INT(take(200), '-');
        TOY_CHECK_INT(data(5, i, 'x', 200), TOY_OK);
    }
    TOY_CHECK_INT(take(200), 'A'); /* every fourth */
    TOY_CHECK_INT(take(300), '-');
}

static void control_overtakes_audio(void)
{
    up();
    for (unsigned i = 0; i < 20; ++i) {
        TOY_CHECK_INT(send(TOY_LANE_BULK, 'b'), TOY_OK);
    }
    TOY_CHECK_INT(take(10), 'b');
    TOY_CHECK_INT(send(TOY_LANE_CONTROL, 'c'), TOY_OK);
    TOY_CHECK_INT(take(10), 'c');
    for (unsigned i = 0; i < 10; ++i) {
        TOY_CHECK_INT(take(10), 'b');
    }
    TOY_CHECK_INT(take(10), '-'); /* audio leaves four places of the window free */
    TOY_CHECK_INT(send(TOY_LANE_CONTROL, 'd'), TOY_OK);
    TOY_CHECK_INT(take(10), 'd');
    toy_order_drop_turn(&order, 1);
    TOY_CHECK_INT(ack(5, 13, 0, 20), TOY_OK);
    TOY_CHECK_INT(take(20), '-');
}

static void what_is_lost_is_sent_again(void)
{
    up();
    for (char letter = 'a'; letter < 'e'; ++letter) {
        TOY_CHECK_INT(send(TOY_LANE_CONTROL, letter), TOY_OK);
        TOY_CHECK_INT(take(10), letter);
    }
    TOY_CHECK_INT(ack(5, 1, 1, 20), TOY_OK); /* a and c are there: b was overtaken, d may still come */
    TOY_CHECK_INT(take(20), 'b');
    TOY_CHECK_INT(ack(5, 1, 1, 25), TOY_OK);
    TOY_CHECK_INT(take(25), '-'); /* once in a round trip is enough */
    TOY_CHECK_INT(take(89), '-');
    TOY_CHECK_INT(take(90), 'd'); /* 80 ms after its sending */
    TOY_CHECK_INT(take(99), '-');
    TOY_CHECK_INT(take(100), 'b'); /* 80 ms after its second: an acknowledgement came since */
    TOY_CHECK_INT(take(249), '-');
    TOY_CHECK_INT(take(250), 'd'); /* 160 ms, as none came */
    TOY_CHECK_INT(ack(5, 3, 0, 255), TOY_OK);
    TOY_CHECK_INT(ack(5, 40, 0, 256), TOY_OK); /* never sent so many: says nothing */
    TOY_CHECK_INT(take(329), '-');
    TOY_CHECK_INT(take(330), 'd');
    TOY_CHECK_INT(ack(5, 4, 0, 340), TOY_OK);
    TOY_CHECK_INT(take(2000), '-');
    TOY_CHECK_INT(order.stats.resent, 5);
    TOY_CHECK_INT(order.stats.frames_up, 4);
}

static void silence_and_loss_are_told(void)
{
    up();
    toy_order_poll(&order, 1000);
    TOY_CHECK(strcmp(seen, "") == 0);
    toy_order_poll(&order, 1001);
    toy_order_poll(&order, 1500);
    TOY_CHECK(strcmp(seen, "G") == 0);
    TOY_CHECK(!toy_order_is_up(&order));
    TOY_CHECK_INT(data(5, 1, 'a', 1600), TOY_OK);
    TOY_CHECK(strcmp(seen, "GBa") == 0);
    TOY_CHECK_INT(take(1620), 'A');
    TOY_CHECK_INT(send(TOY_LANE_CONTROL, 'x'), TOY_OK);
    TOY_CHECK_INT(take(2000), 'x');
    toy_order_poll(&order, 2999);
    toy_order_poll(&order, 4999);
    TOY_CHECK(strcmp(seen, "GBaG") == 0);
    toy_order_poll(&order, 5000);
    TOY_CHECK(strcmp(seen, "GBaGL") == 0);
    TOY_CHECK_INT(send(TOY_LANE_CONTROL, 'x'), TOY_ERR_STATE);
    TOY_CHECK_INT(data(5, 2, 'b', 5001), TOY_ERR_STATE);
    TOY_CHECK_INT(take(5001), 'C');
}

static void close_is_only_a_hint(void)
{
    uint8_t frame[TOY_PACKET_CLOSE_BYTES];
    up();
    toy_packet_write_close(frame, 4, TOY_CLOSE_GOING_DOWN);
    TOY_CHECK_INT(toy_order_receive(&order, frame, sizeof frame, 10), TOY_ERR_STATE);
    toy_packet_write_close(frame, 5, TOY_CLOSE_GOING_DOWN);
    TOY_CHECK_INT(toy_order_receive(&order, frame, sizeof frame, 10), TOY_OK);
    TOY_CHECK(strcmp(seen, "G") == 0);
    TOY_CHECK_INT(data(5, 1, 'a', 20), TOY_OK);
    TOY_CHECK(strcmp(seen, "GBa") == 0);
    toy_order_close(&order, TOY_CLOSE_GOING_DOWN);
    TOY_CHECK_INT(take(30), 'C');
    TOY_CHECK_INT(take(30), '-');
    TOY_CHECK(!toy_order_is_up(&order));
}

static void the_counter_goes_past_16_bits(void)
{
    up();
    for (uint32_t i = 1; i < 70000; ++i) {
        bool received = data(5, (uint16_t)i, 'a', i) == TOY_OK;
        seen[0] = '\0';
        (void)take(i);
        bool sent = send(TOY_LANE_CONTROL, 'x') == TOY_OK && take(i) != '-' && ack(5, i, 0, i) == TOY_OK;
        if (!received || !sent) {
            TOY_CHECK(received && sent);
            return;
        }
    }
    TOY_CHECK(order.incoming.next == 70000);
    TOY_CHECK(order.outgoing.next == 69999);
}

int main(void)
{
    TOY_RUN(a_session_begins_with_its_first_frame);
    TOY_RUN(the_old_session_lives_until_the_new_one_does);
    TOY_RUN(bodies_come_in_order_and_once);
    TOY_RUN(acknowledgements_are_sparing);
    TOY_RUN(control_overtakes_audio);
    TOY_RUN(what_is_lost_is_sent_again);
    TOY_RUN(silence_and_loss_are_told);
    TOY_RUN(close_is_only_a_hint);
    TOY_RUN(the_counter_goes_past_16_bits);
    TOY_DONE();
}
