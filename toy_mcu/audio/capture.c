#include "audio/capture.h"

#include <string.h>

toy_status_t toy_capture_init(toy_capture_t *capture, uint32_t capacity_frames, toy_arena_t *arena)
{
    memset(capture, 0, sizeof *capture);
    capture->capacity = capacity_frames;
    capture->frames = toy_arena_take(arena, capacity_frames * sizeof *capture->frames, TOY_ARENA_ALIGN);
    return arena->failed || capacity_frames == 0u ? TOY_ERR_MEMORY : TOY_OK;
}

void toy_capture_forget(toy_capture_t *capture)
{
    /* Over-written too: nobody who reads this memory later shall hear what was said. */
    memset(capture->frames, 0, capture->capacity * sizeof *capture->frames);
    capture->first = capture->next = 0;
}

void toy_capture_add(toy_capture_t *capture, uint32_t number, const int16_t samples[TOY_FRAME_SAMPLES])
{
    if (number != capture->next) {
        capture->first = number;
    }
    toy_sound_frame_t *frame = &capture->frames[number % capture->capacity];
    frame->before = capture->codec;
    toy_adpcm_encode(&capture->codec, samples, frame->adpcm, sizeof frame->adpcm);
    capture->next = number + 1u;
    if (capture->next - capture->first > capture->capacity) {
        capture->first = capture->next - capture->capacity;
    }
}

const toy_sound_frame_t *toy_capture_get(const toy_capture_t *capture, uint32_t number)
{
    bool held = number - capture->first < capture->next - capture->first;
    return held ? &capture->frames[number % capture->capacity] : NULL;
}
