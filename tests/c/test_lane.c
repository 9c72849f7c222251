#include "link/lane.h"
#include "toy_test.h"

static void items_come_back_in_order_round_the_end(void)
{
    uint8_t block[40];
    uint8_t body[224];
    size_t count = 0;
    toy_lane_t lane;
    toy_lane_init(&lane, block, sizeof block);
    for (uint8_t round = 0; round < 50; ++round) {
        const uint8_t item[9] = {round, 1, 2, 3, 4, 5, 6, 7, 8};
        TOY_CHECK_INT(toy_lane_put(&lane, 1, item, 1u + round % 9u), TOY_OK);
        TOY_CHECK_INT(toy_lane_put(&lane, 1, item, sizeof item), TOY_OK);
        TOY_CHECK_INT(toy_lane_take(&lane, body, &count), TOY_OK);
        TOY_CHECK_INT(count, 1u + round % 9u);
        TOY_CHECK_INT(toy_lane_take(&lane, body, &count), TOY_OK);
        TOY_CHECK_INT(count, sizeof item);
        TOY_CHECK_BYTES(body, item, sizeof item);
        TOY_CHECK_INT(toy_lane_take(&lane, body, &count), TOY_ERR_EMPTY);
    }
}

static void a_full_lane_refuses(void)
{
    uint8_t block[20];
    const uint8_t item[20] = {0};
    toy_lane_t lane;
    toy_lane_init(&lane, block, sizeof block);
    TOY_CHECK_INT(toy_lane_put(&lane, 1, item, 0), TOY_ERR_ARG);
    TOY_CHECK_INT(toy_lane_put(&lane, 1, item, 17), TOY_ERR_FULL);
    TOY_CHECK(toy_lane_has_room(&lane, 16));
    TOY_CHECK_INT(toy_lane_put(&lane, 1, item, 16), TOY_OK);
    TOY_CHECK(!toy_lane_has_room(&lane, 1));
}

static void a_dropped_turn_is_never_seen(void)
{
    uint8_t block[100];
    uint8_t body[224];
    size_t count = 0;
    toy_lane_t lane;
    toy_lane_init(&lane, block, sizeof block);
    for (uint8_t i = 0; i < 8; ++i) {
        TOY_CHECK_INT(toy_lane_put(&lane, (uint16_t)(0x100 + i % 2), &i, 1), TOY_OK);
    }
    toy_lane_drop_turn(&lane, 0x100);
    toy_lane_drop_turn(&lane, 1); /* only the low byte is the same */
    for (uint8_t i = 1; i < 8; i = (uint8_t)(i + 2)) {
        TOY_CHECK_INT(toy_lane_take(&lane, body, &count), TOY_OK);
        TOY_CHECK_INT(body[0], i);
    }
    TOY_CHECK(toy_lane_is_empty(&lane));
    TOY_CHECK_INT(toy_lane_take(&lane, body, &count), TOY_ERR_EMPTY);
}

int main(void)
{
    TOY_RUN(items_come_back_in_order_round_the_end);
    TOY_RUN(a_full_lane_refuses);
    TOY_RUN(a_dropped_turn_is_never_seen);
    TOY_DONE();
}
