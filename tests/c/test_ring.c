#include "base/ring.h"
#include "toy_test.h"

static uint8_t block[8];

static void starts_empty_and_says_so(void)
{
    toy_ring_t ring;
    uint8_t byte = 7;
    TOY_CHECK_INT(toy_ring_init(&ring, block, sizeof block), TOY_OK);
    TOY_CHECK_INT(toy_ring_used(&ring), 0);
    TOY_CHECK_INT(toy_ring_room(&ring), 8);
    TOY_CHECK_INT(toy_ring_read(&ring, &byte, 1), TOY_ERR_EMPTY);
    TOY_CHECK_INT(byte, 7);
}

static void refuses_a_size_that_is_no_power_of_two(void)
{
    toy_ring_t ring;
    TOY_CHECK_INT(toy_ring_init(&ring, block, 0), TOY_ERR_ARG);
    TOY_CHECK_INT(toy_ring_init(&ring, block, 6), TOY_ERR_ARG);
    TOY_CHECK_INT(toy_ring_init(&ring, NULL, 8), TOY_ERR_ARG);
}

static void takes_all_of_a_write_or_nothing(void)
{
    toy_ring_t ring;
    toy_ignore(toy_ring_init(&ring, block, sizeof block));
    TOY_CHECK_INT(toy_ring_write(&ring, "abcdef", 6), TOY_OK);
    TOY_CHECK_INT(toy_ring_write(&ring, "ghi", 3), TOY_ERR_FULL);
    TOY_CHECK_INT(toy_ring_used(&ring), 6);
    TOY_CHECK_INT(toy_ring_write(&ring, "gh", 2), TOY_OK);
    TOY_CHECK_INT(toy_ring_room(&ring), 0);
    TOY_CHECK_INT(toy_ring_write(&ring, "i", 1), TOY_ERR_FULL);
    uint8_t out[8];
    TOY_CHECK_INT(toy_ring_read(&ring, out, 8), TOY_OK);
    TOY_CHECK_BYTES(out, "abcdefgh", 8);
}

static void keeps_the_order_across_the_seam(void)
{
    toy_ring_t ring;
    toy_ignore(toy_ring_init(&ring, block, sizeof block));
    uint8_t next_in = 0, next_out = 0;
    for (unsigned round = 0; round < 100; ++round) {
        uint8_t in[5], out[5];
        for (unsigned i = 0; i < sizeof in; ++i) {
            in[i] = next_in++;
        }
        TOY_CHECK_INT(toy_ring_write(&ring, in, sizeof in), TOY_OK);
        TOY_CHECK_INT(toy_ring_read(&ring, out, sizeof out), TOY_OK);
        for (unsigned i = 0; i < sizeof out; ++i) {
            TOY_CHECK_INT(out[i], next_out++);
        }
    }
}

static void works_when_its_counters_wrap(void)
{
    toy_ring_t ring;
    toy_ignore(toy_ring_init(&ring, block, sizeof block));
    atomic_store(&ring.head, UINT32_MAX - 2u);
    atomic_store(&ring.tail, UINT32_MAX - 2u);
    uint8_t out[8];
    TOY_CHECK_INT(toy_ring_write(&ring, "ABCDEFGH", 8), TOY_OK);
    TOY_CHECK_INT(toy_ring_used(&ring), 8);
    TOY_CHECK_INT(toy_ring_write(&ring, "x", 1), TOY_ERR_FULL);
    TOY_CHECK_INT(toy_ring_read(&ring, out, 8), TOY_OK);
    TOY_CHECK_BYTES(out, "ABCDEFGH", 8);
}

static void peeks_without_taking_and_drops_what_is_there(void)
{
    toy_ring_t ring;
    uint8_t out[3];
    toy_ignore(toy_ring_init(&ring, block, sizeof block));
    toy_ignore(toy_ring_write(&ring, "abcdef", 6));
    TOY_CHECK_INT(toy_ring_peek(&ring, 2, out, 3), TOY_OK);
    TOY_CHECK_BYTES(out, "cde", 3);
    TOY_CHECK_INT(toy_ring_peek(&ring, 4, out, 3), TOY_ERR_EMPTY);
    TOY_CHECK_INT(toy_ring_peek(&ring, SIZE_MAX, out, 1), TOY_ERR_EMPTY);
    toy_ring_drop(&ring, 4);
    TOY_CHECK_INT(toy_ring_used(&ring), 2);
    toy_ring_drop(&ring, 100);
    TOY_CHECK_INT(toy_ring_used(&ring), 0);
}

int main(void)
{
    TOY_RUN(starts_empty_and_says_so);
    TOY_RUN(refuses_a_size_that_is_no_power_of_two);
    TOY_RUN(takes_all_of_a_write_or_nothing);
    TOY_RUN(keeps_the_order_across_the_seam);
    TOY_RUN(works_when_its_counters_wrap);
    TOY_RUN(peeks_without_taking_and_drops_what_is_there);
    TOY_DONE();
}
