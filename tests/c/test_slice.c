#include "app/slice.h"
#include "secure/ear.h"
#include "toy_test.h"

#define FRAMES 8u /* a power of two: numbers may wrap */

static uint8_t block[TOY_EAR_FRAMES * 168u];
static toy_ear_t ear;
static toy_hearing_t hearing;
static int16_t whole[FRAMES * TOY_FRAME_SAMPLES];

/* FRAMES captured frames of a sound that never repeats, and what they decode to in one piece. */
static void captured(uint32_t first)
{
    toy_arena_t arena;
    int16_t samples[TOY_FRAME_SAMPLES];
    uint32_t noise = 1;
    toy_arena_init(&arena, block, sizeof block);
    const toy_ear_config_t config = {0};
    TOY_CHECK_INT(toy_ear_init(&ear, &config, &arena), TOY_OK);
    toy_ear_call(&ear);
    const toy_ears_t ears = toy_ear_ears(&ear);
    toy_hearing_init(&hearing, &ears);
    for (uint32_t i = 0; i < FRAMES; ++i) {
        for (unsigned k = 0; k < TOY_FRAME_SAMPLES; ++k) {
            noise = noise * 1664525u + 1013904223u;
            samples[k] = (int16_t)(noise >> 18);
        }
        toy_capture_add(&ear.sound, first + i, samples);
        toy_adpcm_t state = toy_capture_get(&ear.sound, first + i)->before;
        TOY_CHECK_INT(toy_adpcm_decode(&state, toy_capture_get(&ear.sound, first + i)->adpcm, whole + i * TOY_FRAME_SAMPLES,
                                       TOY_FRAME_ADPCM_BYTES),
                      TOY_OK);
    }
}

static void each_slice_decodes_alone(void)
{
    for (uint32_t size = 1; size <= TOY_AUDIO_FRAME_ADPCM_MAX_BYTES; size += 23u) {
        const uint32_t first = UINT32_MAX - 3u; /* numbers wrap in the middle */
        captured(first);
        toy_slice_place_t place = {first, 0};
        uint32_t done = 0, waiting;
        while ((waiting = toy_slice_waiting(&place, first + FRAMES)) > 0u) {
            toy_slice_t slice;
            int16_t samples[2u * TOY_AUDIO_FRAME_ADPCM_MAX_BYTES];
            uint32_t count = waiting < size ? waiting : size;
            TOY_CHECK_INT(waiting, FRAMES * TOY_FRAME_ADPCM_BYTES - done);
            TOY_CHECK_INT(toy_slice_take(&hearing, &place, first + FRAMES, count, &slice), TOY_OK);
            TOY_CHECK_INT(slice.count, count);
            TOY_CHECK_INT(toy_adpcm_decode(&slice.before, slice.adpcm, samples, slice.count), TOY_OK);
            TOY_CHECK_BYTES(samples, whole + 2u * done, 4u * slice.count);
            done += slice.count;
        }
        TOY_CHECK_INT(done, FRAMES * TOY_FRAME_ADPCM_BYTES);
        TOY_CHECK_INT(place.byte, 0);
    }
}

static void takes_no_more_than_there_is(void)
{
    captured(0);
    toy_slice_place_t place = {FRAMES - 1u, 100};
    toy_slice_t slice;
    TOY_CHECK_INT(toy_slice_take(&hearing, &place, FRAMES, 61, &slice), TOY_ERR_EMPTY);
    TOY_CHECK_INT(toy_slice_take(&hearing, &place, FRAMES, 209, &slice), TOY_ERR_EMPTY);
    TOY_CHECK_INT(toy_slice_take(&hearing, &place, FRAMES, 60, &slice), TOY_OK);
    TOY_CHECK_INT(toy_slice_waiting(&place, FRAMES), 0);
    TOY_CHECK_INT(toy_slice_waiting(&place, FRAMES - 1u), 0);
}

static void says_when_the_sound_was_overwritten(void)
{
    captured(0);
    int16_t more[TOY_FRAME_SAMPLES] = {0};
    toy_slice_place_t place = {0, 80};
    toy_slice_t slice;
    for (uint32_t number = FRAMES; number <= TOY_EAR_FRAMES; ++number) {
        toy_capture_add(&ear.sound, number, more);
    }
    TOY_CHECK_INT(toy_slice_take(&hearing, &place, FRAMES, 160, &slice), TOY_ERR_STATE);
    TOY_CHECK_INT(place.byte, 80);
}

int main(void)
{
    TOY_RUN(each_slice_decodes_alone);
    TOY_RUN(takes_no_more_than_there_is);
    TOY_RUN(says_when_the_sound_was_overwritten);
    TOY_DONE();
}
