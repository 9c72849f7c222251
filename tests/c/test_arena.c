#include "base/arena.h"
#include "toy_test.h"

static uint8_t block[64];

static void hands_out_aligned_zeroed_pieces(void)
{
    toy_arena_t arena;
    memset(block, 0xAA, sizeof block);
    toy_arena_init(&arena, block + 1, sizeof block - 1);
    uint8_t *byte = toy_arena_take(&arena, 1, 1);
    uint64_t *word = toy_arena_take(&arena, sizeof *word, TOY_ARENA_ALIGN);
    TOY_CHECK(byte == block + 1);
    TOY_CHECK(((uintptr_t)word & (TOY_ARENA_ALIGN - 1u)) == 0u);
    TOY_CHECK((uint8_t *)word > byte);
    TOY_CHECK_INT(*byte, 0);
    TOY_CHECK_INT(*word, 0);
}

static void remembers_that_a_take_failed(void)
{
    toy_arena_t arena;
    toy_arena_init(&arena, block, sizeof block);
    TOY_CHECK(toy_arena_take(&arena, 60, 1) != NULL);
    TOY_CHECK(toy_arena_take(&arena, 5, 1) == NULL);
    TOY_CHECK(arena.failed);
    /* A chain of takes is checked once at its end, so nothing may succeed after the first failure. */
    TOY_CHECK(toy_arena_take(&arena, 1, 1) == NULL);
    toy_arena_init(&arena, NULL, 0);
    TOY_CHECK(arena.failed);
}

static void survives_a_size_near_the_end_of_the_address_space(void)
{
    toy_arena_t arena;
    toy_arena_init(&arena, block, sizeof block);
    TOY_CHECK(toy_arena_take(&arena, SIZE_MAX - 3u, 8) == NULL);
}

static void a_measured_size_is_enough_at_any_alignment(void)
{
    toy_arena_t dry;
    toy_arena_measure(&dry);
    toy_arena_take(&dry, 3, 1);
    toy_arena_take(&dry, 8, 8);
    toy_arena_take(&dry, 5, 4);
    TOY_CHECK(!dry.failed);
    for (size_t shift = 0; shift < 8; ++shift) {
        toy_arena_t real;
        toy_arena_init(&real, block + shift, dry.used_bytes);
        toy_arena_take(&real, 3, 1);
        toy_arena_take(&real, 8, 8);
        toy_arena_take(&real, 5, 4);
        TOY_CHECK(!real.failed);
    }
}

int main(void)
{
    TOY_RUN(hands_out_aligned_zeroed_pieces);
    TOY_RUN(remembers_that_a_take_failed);
    TOY_RUN(survives_a_size_near_the_end_of_the_address_space);
    TOY_RUN(a_measured_size_is_enough_at_any_alignment);
    TOY_DONE();
}
