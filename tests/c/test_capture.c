#include "audio/capture.h"
#include "toy_test.h"

#define CAPACITY 4u

static uint8_t block[2048];
static toy_capture_t capture;
static int16_t frame[TOY_FRAME_SAMPLES];

static void fresh(void)
{
    toy_arena_t arena;
    toy_arena_init(&arena, block, sizeof block);
    TOY_CHECK_INT(toy_capture_init(&capture, CAPACITY, &arena), TOY_OK);
}

static void add(uint32_t number)
{
    for (unsigned i = 0; i < TOY_FRAME_SAMPLES; ++i) {
        frame[i] = (int16_t)(1000 * (int)number + (int)(i % 16u) * 50);
    }
    toy_capture_add(&capture, number, frame);
}

static void keeps_the_newest_and_each_decodes_alone(void)
{
    fresh();
    TOY_CHECK(toy_capture_get(&capture, 0) == NULL);
    for (uint32_t number = 0; number < 6u; ++number) {
        add(number);
    }
    TOY_CHECK(toy_capture_get(&capture, 1) == NULL);
    TOY_CHECK(toy_capture_get(&capture, 6) == NULL);
    for (uint32_t number = 2; number < 6u; ++number) {
        const toy_sound_frame_t *held = toy_capture_get(&capture, number);
        int16_t samples[TOY_FRAME_SAMPLES];
        TOY_CHECK(held != NULL);
        toy_adpcm_t state = held->before;
        TOY_CHECK_INT(toy_adpcm_decode(&state, held->adpcm, samples, sizeof held->adpcm), TOY_OK);
        int off = samples[319] - (int)(1000 * (int)number + 15 * 50);
        TOY_CHECK(off > -200 && off < 200);
    }
}

static void a_gap_starts_afresh(void)
{
    fresh();
    add(0);
    add(1);
    add(7);
    TOY_CHECK(toy_capture_get(&capture, 1) == NULL);
    TOY_CHECK(toy_capture_get(&capture, 7) != NULL);
}

static void forgetting_overwrites_the_memory(void)
{
    fresh();
    add(0);
    const toy_sound_frame_t *held = toy_capture_get(&capture, 0);
    toy_capture_forget(&capture);
    TOY_CHECK(toy_capture_get(&capture, 0) == NULL);
    for (unsigned i = 0; i < sizeof held->adpcm; ++i) {
        TOY_CHECK_INT(held->adpcm[i], 0);
    }
}

static void numbers_may_wrap(void)
{
    fresh();
    add(UINT32_MAX - 1u);
    add(UINT32_MAX);
    add(0);
    TOY_CHECK(toy_capture_get(&capture, UINT32_MAX) != NULL);
    TOY_CHECK(toy_capture_get(&capture, 0) != NULL);
    TOY_CHECK(toy_capture_get(&capture, 1) == NULL);
}

static void says_when_there_is_no_memory(void)
{
    toy_arena_t arena;
    toy_arena_init(&arena, block, 100);
    TOY_CHECK_INT(toy_capture_init(&capture, CAPACITY, &arena), TOY_ERR_MEMORY);
}

int main(void)
{
    TOY_RUN(keeps_the_newest_and_each_decodes_alone);
    TOY_RUN(a_gap_starts_afresh);
    TOY_RUN(forgetting_overwrites_the_memory);
    TOY_RUN(numbers_may_wrap);
    TOY_RUN(says_when_there_is_no_memory);
    TOY_DONE();
}
