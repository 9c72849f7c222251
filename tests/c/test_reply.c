#include "app/reply.h"
#include "toy_test.h"

static uint8_t block[4096];
static toy_reply_t reply;
static int16_t samples[TOY_FRAME_SAMPLES];

static void fresh(void)
{
    toy_arena_t arena;
    toy_arena_init(&arena, block, sizeof block);
    TOY_CHECK_INT(toy_reply_init(&reply, 8, &arena), TOY_OK);
}

static toy_status_t put(uint16_t sequence, uint8_t bytes)
{
    static uint8_t adpcm[TOY_AUDIO_FRAME_ADPCM_MAX_BYTES];
    memset(adpcm, 0x77, sizeof adpcm); /* climbs as fast as ADPCM can */
    const toy_audio_frame_t frame = {.type = TOY_BODY_AUDIO_DOWN, .turn = 1, .sequence = sequence, .predictor = 100,
                                     .step_index = 20, .adpcm = adpcm, .adpcm_bytes = bytes};
    return toy_reply_put(&reply, &frame);
}

static void waits_until_some_frames_are_ahead(void)
{
    fresh();
    TOY_CHECK_INT(put(0, 160), TOY_OK);
    TOY_CHECK_INT(put(1, 160), TOY_OK);
    TOY_CHECK_INT(toy_reply_next(&reply, samples), TOY_ANSWER_WAIT);
    TOY_CHECK_INT(put(2, 160), TOY_OK);
    for (int i = 0; i < 3; ++i) {
        TOY_CHECK_INT(toy_reply_next(&reply, samples), TOY_ANSWER_SOUND);
        TOY_CHECK(samples[0] > 100);
        TOY_CHECK(samples[319] > 30000);
    }
    TOY_CHECK_INT(toy_reply_next(&reply, samples), TOY_ANSWER_WAIT);
    TOY_CHECK_INT(put(3, 160), TOY_OK);
    TOY_CHECK_INT(toy_reply_next(&reply, samples), TOY_ANSWER_WAIT); /* after a gap it gathers again */
    toy_reply_end(&reply);
    TOY_CHECK_INT(toy_reply_next(&reply, samples), TOY_ANSWER_SOUND);
    TOY_CHECK_INT(toy_reply_next(&reply, samples), TOY_ANSWER_DONE);
}

static void frames_of_any_length_are_joined(void)
{
    fresh();
    TOY_CHECK_INT(put(0, 208), TOY_OK);
    TOY_CHECK_INT(put(1, 208), TOY_OK);
    TOY_CHECK_INT(put(2, 1), TOY_OK);
    toy_reply_end(&reply);
    TOY_CHECK_INT(toy_reply_next(&reply, samples), TOY_ANSWER_SOUND); /* 834 samples make three frames */
    TOY_CHECK_INT(toy_reply_next(&reply, samples), TOY_ANSWER_SOUND);
    TOY_CHECK(samples[95] > samples[96]); /* the seam at sample 416: each frame begins with its own state */
    TOY_CHECK_INT(toy_reply_next(&reply, samples), TOY_ANSWER_SOUND);
    TOY_CHECK(samples[193] != 0);
    TOY_CHECK_INT(samples[194], 0);
    TOY_CHECK_INT(toy_reply_next(&reply, samples), TOY_ANSWER_DONE);
}

static void credit_is_absolute_and_grows_as_frames_are_played(void)
{
    fresh();
    TOY_CHECK_INT(toy_reply_credit(&reply), 8);
    for (uint16_t i = 0; i < 8u; ++i) {
        TOY_CHECK_INT(put(i, 160), TOY_OK);
    }
    TOY_CHECK_INT(put(8, 160), TOY_ERR_FULL);
    TOY_CHECK_INT(toy_reply_next(&reply, samples), TOY_ANSWER_SOUND);
    TOY_CHECK_INT(toy_reply_credit(&reply), 9);
    TOY_CHECK_INT(put(8, 160), TOY_OK);
    TOY_CHECK_INT(put(9, 160), TOY_ERR_FULL);
}

static void repeats_and_late_ones_are_refused(void)
{
    fresh();
    TOY_CHECK_INT(put(0, 160), TOY_OK);
    TOY_CHECK_INT(put(0, 160), TOY_ERR_FORMAT);
    toy_reply_end(&reply);
    TOY_CHECK_INT(put(1, 160), TOY_ERR_FORMAT);
    TOY_CHECK_INT(toy_reply_next(&reply, samples), TOY_ANSWER_SOUND);
    toy_reply_clear(&reply);
    TOY_CHECK_INT(toy_reply_credit(&reply), 8);
    TOY_CHECK_INT(put(0, 160), TOY_OK);
}

int main(void)
{
    TOY_RUN(waits_until_some_frames_are_ahead);
    TOY_RUN(frames_of_any_length_are_joined);
    TOY_RUN(credit_is_absolute_and_grows_as_frames_are_played);
    TOY_RUN(repeats_and_late_ones_are_refused);
    TOY_DONE();
}
