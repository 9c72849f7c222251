/* What app knows of its ears, with the real ones behind it: which frame a question may begin with. */
#include "app/hearing.h"
#include "secure/ear.h"
#include "toy_test.h"

static uint8_t block[TOY_EAR_FRAMES * 168u];
static toy_ear_t ear;
static toy_hearing_t hearing;

static void fresh(void)
{
    toy_arena_t arena;
    const toy_ear_config_t config = {.open_microphone = true};
    toy_arena_init(&arena, block, sizeof block);
    TOY_CHECK_INT(toy_ear_init(&ear, &config, &arena), TOY_OK);
    const toy_ears_t ears = toy_ear_ears(&ear);
    toy_hearing_init(&hearing, &ears);
}

static void hear(unsigned frames, uint8_t flags)
{
    static const int16_t samples[TOY_FRAME_SAMPLES] = {7};
    const toy_heed_t heed = {.flags = flags};
    while (frames-- > 0u) {
        toy_hearing_frame(&hearing, samples, &heed);
    }
}

static void a_question_begins_with_what_is_still_held(void)
{
    fresh();
    hear(6, TOY_HEED_KEEPS);
    TOY_CHECK_INT(toy_hearing_from(&hearing, 4, 6), 4);
    TOY_CHECK_INT(toy_hearing_from(&hearing, UINT32_MAX, 6), 0);
    hear(TOY_EAR_FRAMES, TOY_HEED_KEEPS);
    TOY_CHECK_INT(toy_hearing_from(&hearing, 4, TOY_EAR_FRAMES + 6u), 6);
}

static void what_was_not_kept_is_no_part_of_it(void)
{
    fresh();
    hear(3, TOY_HEED_KEEPS);
    hear(2, 0);
    TOY_CHECK_INT(toy_hearing_from(&hearing, 1, 5), 5);
    hear(1, TOY_HEED_KEEPS); /* starts afresh */
    TOY_CHECK_INT(toy_hearing_from(&hearing, 1, 6), 5);
    toy_hearing_forget(&hearing);
    TOY_CHECK_INT(toy_hearing_from(&hearing, 1, 6), 6);
}

int main(void)
{
    TOY_RUN(a_question_begins_with_what_is_still_held);
    TOY_RUN(what_was_not_kept_is_no_part_of_it);
    TOY_DONE();
}
