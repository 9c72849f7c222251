#include "app/offline.h"
#include "app/records.h"
#include "fake_port.h"
#include "toy_test.h"

static toy_port_t port;
static uint8_t block[8192];
static toy_listener_t nobody;
static toy_faults_t faults;
static toy_wall_t wall;
static toy_offline_t offline;

static void start(uint32_t boot)
{
    toy_arena_t arena;
    toy_arena_init(&arena, block, sizeof block);
    toy_faults_init(&faults, &port, &nobody);
    toy_wall_init(&wall, &port);
    TOY_CHECK_INT(toy_offline_init(&offline, &port, &faults, &wall, boot, &arena), TOY_OK);
}

static void fresh(void)
{
    memset(&port, 0, sizeof port);
    start(11);
}

static void keeps_a_turn_until_it_is_acknowledged(void)
{
    toy_message_t message;
    fresh();
    TOY_CHECK(!toy_offline_oldest(&offline, &message));
    port.now_ms = 1000;
    toy_offline_note(&offline, 7, "", "Hello");
    port.now_ms = 5000;
    TOY_CHECK(toy_offline_oldest(&offline, &message));
    TOY_CHECK_INT(message.type, TOY_MESSAGE_OFFLINE_TURN);
    TOY_CHECK_INT(message.offline_turn.turn, 7);
    TOY_CHECK_INT(message.offline_turn.age_ms, 4000);
    TOY_CHECK_INT(message.offline_turn.unix_s, 0);
    TOY_CHECK_INT(message.offline_turn.said.count, 5);
    toy_offline_acknowledged(&offline, message.offline_turn.upload + 1u);
    TOY_CHECK(toy_offline_oldest(&offline, &message));
    toy_offline_acknowledged(&offline, message.offline_turn.upload);
    TOY_CHECK(!toy_offline_oldest(&offline, &message));
}

static void survives_power_loss_with_its_own_boot_and_its_time(void)
{
    toy_message_t message;
    fresh();
    toy_wall_told(&wall, 1000000, 60);
    port.now_ms = 3000;
    toy_offline_note(&offline, 7, "joke", "Ha");
    port.now_ms = 0;
    start(12);
    TOY_CHECK(toy_offline_oldest(&offline, &message));
    TOY_CHECK_INT(message.offline_turn.boot, 11);
    TOY_CHECK_INT(message.offline_turn.unix_s, 1000003);
    TOY_CHECK_INT(message.offline_turn.age_ms, TOY_OFFLINE_AGE_UNKNOWN);
    uint32_t upload = message.offline_turn.upload;
    toy_offline_acknowledged(&offline, upload);
    toy_offline_note(&offline, 8, "", "more");
    TOY_CHECK(toy_offline_oldest(&offline, &message));
    TOY_CHECK(message.offline_turn.upload != upload); /* a number is never used twice */
}

static void a_full_book_loses_its_oldest_page(void)
{
    toy_message_t message;
    fresh();
    for (uint16_t turn = 1; turn <= TOY_OFFLINE_MOST + 2u; ++turn) {
        toy_offline_note(&offline, turn, "", "x");
    }
    TOY_CHECK(toy_offline_oldest(&offline, &message));
    TOY_CHECK_INT(message.offline_turn.turn, TOY_OFFLINE_PAGE_TURNS + 1u);
}

/* A whole evening without the base, a reset at every point of it, and every turn comes home once, in order. */
static void pages_survive_a_reset_at_any_point(void)
{
    toy_message_t message;
    for (uint16_t noted = 1; noted <= TOY_OFFLINE_MOST - TOY_OFFLINE_PAGE_TURNS; noted = (uint16_t)(noted + 5u)) {
        fresh();
        for (uint16_t turn = 1; turn <= noted; ++turn) {
            toy_offline_note(&offline, turn, "story", "Once upon a time");
        }
        start(12);
        for (uint16_t turn = 1; turn <= noted; ++turn) {
            TOY_CHECK(toy_offline_oldest(&offline, &message));
            TOY_CHECK_INT(message.offline_turn.turn, turn);
            toy_offline_acknowledged(&offline, message.offline_turn.upload);
            if (turn % 7u == 0u) {
                start(12u + turn);
            }
            if (turn % 11u == 0u) { /* and new ones are held meanwhile */
                toy_offline_note(&offline, (uint16_t)(1000u + turn), "", "more");
            }
        }
        for (uint16_t turn = 11; turn <= noted; turn = (uint16_t)(turn + 11u)) {
            TOY_CHECK(toy_offline_oldest(&offline, &message));
            TOY_CHECK_INT(message.offline_turn.turn, 1000u + turn);
            toy_offline_acknowledged(&offline, message.offline_turn.upload);
        }
        TOY_CHECK(!toy_offline_oldest(&offline, &message));
    }
}

static void another_household_finds_nothing(void)
{
    toy_message_t message;
    fresh();
    for (uint16_t turn = 1; turn <= 60u; ++turn) {
        toy_offline_note(&offline, turn, "", "x");
    }
    toy_offline_forget(&offline);
    TOY_CHECK(!toy_offline_oldest(&offline, &message));
    start(12);
    TOY_CHECK(!toy_offline_oldest(&offline, &message));
    toy_offline_note(&offline, 1, "", "x");
    TOY_CHECK(toy_offline_oldest(&offline, &message));
    TOY_CHECK(message.offline_turn.upload >= 60u);
}

static void a_record_that_is_not_whole_is_dropped(void)
{
    toy_message_t message;
    fresh();
    toy_offline_note(&offline, 1, "", "x");
    port.record_bytes[TOY_RECORD_OFFLINE_2] -= 1u; /* the first page's */
    start(12);
    TOY_CHECK(!toy_offline_oldest(&offline, &message));
    toy_offline_note(&offline, 1, "", "x");
    toy_offline_page_t *stored = (toy_offline_page_t *)(void *)port.records[TOY_RECORD_OFFLINE_2];
    stored->turns[0].said_bytes = 200; /* would be read past its end */
    start(13);
    TOY_CHECK(!toy_offline_oldest(&offline, &message));
}

static void a_store_that_refuses_is_a_fault_and_no_loss_yet(void)
{
    toy_message_t message;
    fresh();
    port.store_refuses = true;
    toy_offline_note(&offline, 1, "", "x");
    TOY_CHECK(toy_faults_is_active(&faults, TOY_FAULT_STORE));
    TOY_CHECK(toy_offline_oldest(&offline, &message));
    port.store_refuses = false;
    toy_offline_note(&offline, 2, "", "x");
    TOY_CHECK(!toy_faults_is_active(&faults, TOY_FAULT_STORE));
}

int main(void)
{
    TOY_RUN(keeps_a_turn_until_it_is_acknowledged);
    TOY_RUN(survives_power_loss_with_its_own_boot_and_its_time);
    TOY_RUN(a_full_book_loses_its_oldest_page);
    TOY_RUN(pages_survive_a_reset_at_any_point);
    TOY_RUN(another_household_finds_nothing);
    TOY_RUN(a_record_that_is_not_whole_is_dropped);
    TOY_RUN(a_store_that_refuses_is_a_fault_and_no_loss_yet);
    TOY_DONE();
}
