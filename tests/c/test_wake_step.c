/* The spotter as a whole: memory, what silence costs, and on the Cortex-M33 what a second of sound costs. */
#include "toy_test.h"
#include "wake/wake.h"
#include "wake_sound.h"

#ifdef TOY_ON_QEMU
#include "qemu_an505/instructions.h"
#include "qemu_an505/stack.h"
#endif

#define ARENA_BYTES_MAX (40u * 1024u)
#define FRAMES_A_SECOND 50u

static uint64_t memory[ARENA_BYTES_MAX / 8];
static toy_wake_t wake;

static size_t begin(void)
{
    toy_arena_t arena;
    toy_arena_init(&arena, memory, sizeof memory);
    const toy_wake_config_t config = {toy_wake_phrase_model, toy_wake_phrase_model_bytes, toy_wake_commands_model,
                                      toy_wake_commands_model_bytes};
    TOY_CHECK_INT(toy_wake_init(&wake, &config, &arena), TOY_OK);
    return arena.used_bytes;
}

static toy_wake_result_t step(wake_sound_t *sound, uint32_t frame, bool voiced, uint32_t hear)
{
    int16_t pcm[TOY_WAKE_FRAME_SAMPLES];
    toy_wake_result_t result;
    for (uint32_t i = 0; i < TOY_WAKE_FRAME_SAMPLES; ++i) {
        pcm[i] = wake_sound_next(sound);
    }
    toy_wake_step(&wake, pcm, frame * TOY_WAKE_FRAME_SAMPLES, voiced, hear, &result);
    return result;
}

static void all_memory_fits(void)
{
    size_t used = begin() + sizeof wake;
    printf("bench wake_ram_bytes %u\n", (unsigned)used);
    printf("bench wake_weight_bytes %u\n", (unsigned)(toy_wake_phrase_model_bytes + toy_wake_commands_model_bytes));
    TOY_CHECK(used <= ARENA_BYTES_MAX);
}

static void a_phrase_model_is_no_commands_model(void)
{
    toy_arena_t arena;
    toy_arena_init(&arena, memory, sizeof memory);
    const toy_wake_config_t wrong = {toy_wake_phrase_model, toy_wake_phrase_model_bytes, toy_wake_phrase_model,
                                     toy_wake_phrase_model_bytes};
    TOY_CHECK_INT(toy_wake_init(&wake, &wrong, &arena), TOY_ERR_MODEL);
}

/* What waited in the ring is worked off in order: late voice gives the scores that early voice would have given. */
static void the_beginning_of_a_word_is_not_lost(void)
{
    uint16_t early = 0, late = 0;
    for (uint32_t run = 0; run < 2; ++run) {
        wake_sound_t sound = {12345, 0};
        (void)begin();
        toy_wake_result_t result = {0};
        for (uint32_t frame = 0; frame < 40; ++frame) {
            result = step(&sound, frame, run == 0 || frame >= TOY_WAKE_BACK_FRAMES - 1, TOY_HEAR_PHRASE);
        }
        *(run == 0 ? &early : &late) = result.wake_score;
        TOY_CHECK_INT(wake.waiting_frames, 0);
    }
    TOY_CHECK_INT(late, early);
}

static void nothing_runs_when_nobody_is_heard(void)
{
    wake_sound_t sound = {12345, 0};
    (void)begin();
    for (uint32_t frame = 0; frame < 300; ++frame) {
        toy_wake_result_t result = step(&sound, frame, false, TOY_HEAR_PHRASE | TOY_HEAR_COMMANDS);
        TOY_CHECK(!result.woken && result.command == TOY_INTENT_NONE && result.wake_score == 0);
    }
    TOY_CHECK_INT(wake.phrase.hops, 0);
    TOY_CHECK(!wake.features.begun);
}

#ifdef TOY_ON_QEMU
static uint32_t cost_of_a_second(bool voiced, uint32_t hear)
{
    static int16_t pcm[TOY_WAKE_FRAME_SAMPLES * FRAMES_A_SECOND];
    wake_sound_t sound = {12345, 0};
    for (uint32_t i = 0; i < TOY_WAKE_FRAME_SAMPLES * FRAMES_A_SECOND; ++i) {
        pcm[i] = wake_sound_next(&sound);
    }
    (void)begin();
    toy_wake_result_t result;
    uint64_t before = qemu_instructions();
    for (uint32_t frame = 0; frame < FRAMES_A_SECOND; ++frame) {
        toy_wake_step(&wake, pcm + frame * TOY_WAKE_FRAME_SAMPLES, frame * TOY_WAKE_FRAME_SAMPLES, voiced, hear, &result);
    }
    return (uint32_t)(qemu_instructions() - before);
}

static uint32_t cost_of_features(void)
{
    wake_sound_t sound = {12345, 0};
    static int16_t pcm[TOY_FEATURES_HOP_SAMPLES];
    uint8_t bands[TOY_FEATURES_BANDS];
    for (uint32_t i = 0; i < TOY_FEATURES_HOP_SAMPLES; ++i) {
        pcm[i] = wake_sound_next(&sound);
    }
    uint64_t before = qemu_instructions();
    for (uint32_t hop = 0; hop < 100; ++hop) {
        toy_features_hop(&wake.features, wake.scratch, pcm, bands);
    }
    return (uint32_t)(qemu_instructions() - before);
}

static void a_second_of_sound_fits(void)
{
    uint32_t everything = cost_of_a_second(true, TOY_HEAR_PHRASE | TOY_HEAR_COMMANDS | TOY_HEAR_STOP);
    uint32_t phrase = cost_of_a_second(true, TOY_HEAR_PHRASE), silence = cost_of_a_second(false, TOY_HEAR_PHRASE);
    printf("bench wake_features_instructions_a_second %u\n", (unsigned)cost_of_features());
    printf("bench wake_instructions_a_second %u\nbench wake_phrase_instructions_a_second %u\n"
           "bench wake_silence_instructions_a_second %u\n", (unsigned)everything, (unsigned)phrase, (unsigned)silence);
    TOY_CHECK(everything <= 15000000u);
    TOY_CHECK(silence <= 200000u);
    wake_sound_t sound = {1, 0};
    (void)begin();
    qemu_stack_paint();
    for (uint32_t frame = 0; frame < 10; ++frame) {
        (void)step(&sound, frame, true, TOY_HEAR_PHRASE | TOY_HEAR_COMMANDS);
    }
    printf("bench wake_stack_bytes %u\n", (unsigned)qemu_stack_used_bytes());
    TOY_CHECK(qemu_stack_used_bytes() < 4096);
}
#endif

int main(void)
{
    TOY_RUN(all_memory_fits);
    TOY_RUN(a_phrase_model_is_no_commands_model);
    TOY_RUN(the_beginning_of_a_word_is_not_lost);
    TOY_RUN(nothing_runs_when_nobody_is_heard);
#ifdef TOY_ON_QEMU
    TOY_RUN(a_second_of_sound_fits);
#endif
    TOY_DONE();
}
