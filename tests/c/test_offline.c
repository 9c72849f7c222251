#include "app/offline.h"
#include "app/records.h"
#include "fake_port.h"
#include "toy_test.h"

static toy_port_t port;
static uint8_t block[4096];
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

static void a_full_book_loses_its_oldest(void)
{
    toy_message_t message;
    fresh();
    for (uint16_t turn = 1; turn <= TOY_OFFLINE_MOST + 2u; ++turn) {
        toy_offline_note(&offline, turn, "", "x");
    }
    TOY_CHECK(toy_offline_oldest(&offline, &message));
    TOY_CHECK_INT(message.offline_turn.turn, 3);
}

static void a_record_that_is_not_whole_is_dropped(void)
{
    toy_message_t message;
    fresh();
    toy_offline_note(&offline, 1, "", "x");
    port.record_bytes[TOY_RECORD_OFFLINE] -= 1u;
    start(12);
    TOY_CHECK(!toy_offline_oldest(&offline, &message));
    toy_offline_note(&offline, 1, "", "x");
    toy_offline_book_t *stored = (toy_offline_book_t *)(void *)port.records[TOY_RECORD_OFFLINE];
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
    TOY_RUN(a_full_book_loses_its_oldest);
    TOY_RUN(a_record_that_is_not_whole_is_dropped);
    TOY_RUN(a_store_that_refuses_is_a_fault_and_no_loss_yet);
    TOY_DONE();
}
