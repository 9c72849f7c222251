#include "app/reply.h"

#include <string.h>

toy_status_t toy_reply_init(toy_reply_t *reply, uint32_t capacity_frames, toy_arena_t *arena)
{
    memset(reply, 0, sizeof *reply);
    reply->capacity = capacity_frames;
    reply->frames = toy_arena_take(arena, capacity_frames * sizeof *reply->frames, TOY_ARENA_ALIGN);
    return arena->failed || capacity_frames == 0u ? TOY_ERR_MEMORY : TOY_OK;
}

void toy_reply_clear(toy_reply_t *reply)
{
    reply->first = reply->next = reply->byte = 0;
    reply->sequence = 0;
    reply->flowing = reply->started = reply->ended = false;
}

uint16_t toy_reply_credit(const toy_reply_t *reply)
{
    uint32_t frames = reply->first + reply->capacity;
    return (uint16_t)(frames > UINT16_MAX ? UINT16_MAX : frames);
}

toy_status_t toy_reply_put(toy_reply_t *reply, const toy_audio_frame_t *frame)
{
    bool again = (int16_t)(frame->sequence - reply->sequence) < 0;
    if (again || reply->ended || frame->step_index > TOY_ADPCM_LAST_STEP) {
        return TOY_ERR_FORMAT;
    }
    if (reply->next - reply->first == reply->capacity) {
        return TOY_ERR_FULL;
    }
    toy_reply_frame_t *slot = &reply->frames[reply->next++ % reply->capacity];
    slot->before = (toy_adpcm_t){frame->predictor, frame->step_index};
    slot->adpcm_bytes = frame->adpcm_bytes;
    memcpy(slot->adpcm, frame->adpcm, frame->adpcm_bytes);
    reply->sequence = (uint16_t)(frame->sequence + 1u);
    return TOY_OK;
}

void toy_reply_end(toy_reply_t *reply) { reply->ended = true; }

static uint32_t decode_some(toy_reply_t *reply, int16_t *samples, uint32_t room)
{
    const toy_reply_frame_t *slot = &reply->frames[reply->first % reply->capacity];
    if (reply->byte == 0u) {
        reply->codec = slot->before;
    }
    uint32_t bytes = slot->adpcm_bytes - reply->byte;
    bytes = bytes < room / 2u ? bytes : room / 2u;
    toy_ignore(toy_adpcm_decode(&reply->codec, slot->adpcm + reply->byte, samples, bytes));
    reply->byte += bytes;
    if (reply->byte == slot->adpcm_bytes) {
        reply->byte = 0;
        ++reply->first;
    }
    return 2u * bytes;
}

toy_answer_t toy_reply_next(toy_reply_t *reply, int16_t samples[TOY_FRAME_SAMPLES])
{
    uint32_t waiting = reply->next - reply->first;
    if (waiting == 0u && reply->ended) {
        return TOY_ANSWER_DONE;
    }
    reply->flowing = reply->ended || (waiting > 0u && reply->flowing) || waiting >= TOY_REPLY_AHEAD;
    if (!reply->flowing) {
        return TOY_ANSWER_WAIT;
    }
    uint32_t done = 0;
    while (done < TOY_FRAME_SAMPLES && reply->first != reply->next) {
        done += decode_some(reply, samples + done, TOY_FRAME_SAMPLES - done);
    }
    memset(samples + done, 0, (TOY_FRAME_SAMPLES - done) * sizeof *samples);
    reply->started = true;
    return TOY_ANSWER_SOUND;
}
