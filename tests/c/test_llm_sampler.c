/* Greedy, seeded draws, the nucleus and the guard against repetition. */
#include "llm/sampler.h"

#include "toy_test.h"

enum { VOCAB = 10, SHIFT = 16 };
static const int32_t logits[VOCAB] = {0, 65536, 131072, -65536, 131071, 0, 0, -655360, 1000, 2000};

static toy_sampler_t with(uint16_t temperature, uint16_t top_p, uint16_t guard, uint64_t seed)
{
    toy_sampler_t sampler;
    toy_sampler_init(&sampler, &(toy_sampler_config_t){temperature, top_p, guard, seed});
    return sampler;
}

static void no_temperature_takes_the_largest(void)
{
    toy_sampler_t sampler = with(0, 900, 0, 1);
    TOY_CHECK_INT(toy_sampler_pick(&sampler, logits, VOCAB, SHIFT), 2);
}

static void a_seed_repeats_itself_and_another_does_not(void)
{
    toy_sampler_t first = with(1000, 1000, 0, 7), again = with(1000, 1000, 0, 7), other = with(1000, 1000, 0, 8);
    uint32_t differ = 0;
    for (uint32_t i = 0; i < 200u; ++i) {
        uint16_t token = toy_sampler_pick(&first, logits, VOCAB, SHIFT);
        TOY_CHECK_INT(toy_sampler_pick(&again, logits, VOCAB, SHIFT), token);
        differ += toy_sampler_pick(&other, logits, VOCAB, SHIFT) != token;
    }
    TOY_CHECK(differ > 50u);
}

static void shares_follow_the_softmax(void)
{
    toy_sampler_t sampler = with(1000, 1000, 0, 3);
    uint32_t counts[VOCAB] = {0};
    for (uint32_t i = 0; i < 20000u; ++i) {
        ++counts[toy_sampler_pick(&sampler, logits, VOCAB, SHIFT)];
    }
    /* e^2, e^2, e^1 and some ones: 7.39, 7.39, 2.72, 5.05, 0.37 of 22.9 */
    TOY_CHECK(counts[2] > 6100u && counts[2] < 6800u);
    TOY_CHECK(counts[4] > 6100u && counts[4] < 6800u);
    TOY_CHECK(counts[1] > 2150u && counts[1] < 2600u);
    TOY_CHECK(counts[3] > 230u && counts[3] < 420u);
}

static void the_nucleus_leaves_the_tail_out(void)
{
    toy_sampler_t sampler = with(1000, 600, 0, 3);
    for (uint32_t i = 0; i < 2000u; ++i) {
        uint16_t token = toy_sampler_pick(&sampler, logits, VOCAB, SHIFT);
        TOY_CHECK(token == 2u || token == 4u);
    }
}

static void cold_is_nearly_greedy(void)
{
    const int32_t far[4] = {0, 300000, 0, 100000};
    toy_sampler_t sampler = with(1, 1000, 0, 3);
    for (uint32_t i = 0; i < 200u; ++i) {
        TOY_CHECK_INT(toy_sampler_pick(&sampler, far, 4, SHIFT), 1);
    }
}

static void a_run_is_not_said_twice(void)
{
    toy_sampler_t sampler = with(0, 900, 3, 1);
    const uint16_t said[7] = {5, 6, 2, 9, 9, 5, 6}; /* 2 would complete 5 6 2 again */
    for (uint32_t i = 0; i < 7u; ++i) {
        toy_sampler_saw(&sampler, said[i]);
    }
    TOY_CHECK_INT(toy_sampler_pick(&sampler, logits, VOCAB, SHIFT), 4);
    toy_sampler_saw(&sampler, 4);
    TOY_CHECK_INT(toy_sampler_pick(&sampler, logits, VOCAB, SHIFT), 2);
}

static void a_story_of_one_token_ends_its_runs(void)
{
    toy_sampler_t sampler = with(800, 900, 2, 1);
    for (uint32_t i = 0; i < 300u; ++i) {
        uint16_t token = toy_sampler_pick(&sampler, logits, VOCAB, SHIFT);
        TOY_CHECK(token < VOCAB);
        toy_sampler_saw(&sampler, token);
    }
}

int main(void)
{
    TOY_RUN(no_temperature_takes_the_largest);
    TOY_RUN(a_seed_repeats_itself_and_another_does_not);
    TOY_RUN(shares_follow_the_softmax);
    TOY_RUN(the_nucleus_leaves_the_tail_out);
    TOY_RUN(cold_is_nearly_greedy);
    TOY_RUN(a_run_is_not_said_twice);
    TOY_RUN(a_story_of_one_token_ends_its_runs);
    TOY_DONE();
}
