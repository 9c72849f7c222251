#include "secure/ear.h"

#include <string.h>

#include "secure/primitives.h"

toy_status_t toy_ear_init(toy_ear_t *ear, const toy_wake_config_t *spotter, toy_arena_t *arena)
{
    memset(ear, 0, sizeof *ear);
    toy_vad_init(&ear->vad, TOY_VAD_SILENCE_MS);
    ear->frames = toy_arena_take(arena, TOY_EAR_FRAMES * sizeof *ear->frames, TOY_ARENA_ALIGN);
    TOY_TRY(toy_wake_init(&ear->wake, spotter, arena));
    return ear->frames == NULL ? TOY_ERR_MEMORY : TOY_OK;
}

void toy_ear_hear(toy_ear_t *ear, const int16_t samples[TOY_FRAME_SAMPLES])
{
    toy_wake_result_t result;
    toy_ear_frame_t *frame = &ear->frames[ear->next % TOY_EAR_FRAMES];
    uint32_t first_sample = ear->next * TOY_FRAME_SAMPLES;
    frame->predictor = ear->codec.predictor;
    frame->step_index = (uint8_t)ear->codec.step_index;
    toy_adpcm_encode(&ear->codec, samples, frame->adpcm, sizeof frame->adpcm);
    toy_vad_frame(&ear->vad, samples, first_sample);
    toy_wake_step(&ear->wake, samples, first_sample, ear->vad.speaking, TOY_HEAR_PHRASE, &result);
    if (result.woken && !ear->open) {
        ear->open = true;
        ear->score = (uint8_t)(result.wake_score >> 7);
    }
    ++ear->next;
    ear->held += ear->held < TOY_EAR_FRAMES;
}

toy_status_t toy_ear_take(const toy_ear_t *ear, uint32_t number, toy_ear_frame_t *frame)
{
    if (!ear->open) {
        return TOY_ERR_AUTH;
    }
    if (ear->next - number > ear->held || ear->next == number) {
        return TOY_ERR_EMPTY;
    }
    *frame = ear->frames[number % TOY_EAR_FRAMES];
    return TOY_OK;
}

void toy_ear_close(toy_ear_t *ear)
{
    ear->open = false;
    ear->score = 0u;
    ear->held = 0u;
    toy_wipe(ear->frames, TOY_EAR_FRAMES * sizeof *ear->frames);
}
