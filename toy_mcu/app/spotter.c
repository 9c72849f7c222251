#include "app/spotter.h"

#include <string.h>

#include "link/generated/message_types.h"

#define FRAME_BYTES (TOY_FRAME_SAMPLES * sizeof(int16_t))
#define CONFIDENCE(score) ((uint8_t)(((uint32_t)(score) * 100u) >> 15))
#define SCORE_8(score) ((uint8_t)((score) >> 7))

toy_status_t toy_spotter_init(toy_spotter_t *spotter, const toy_wake_config_t *config, toy_arena_t *arena)
{
    memset(spotter, 0, sizeof *spotter);
    if (config == NULL) {
        return TOY_OK;
    }
    spotter->echo = toy_arena_take(arena, sizeof *spotter->echo, TOY_ARENA_ALIGN);
    spotter->played = toy_arena_take(arena, FRAME_BYTES, TOY_ARENA_ALIGN);
    if (spotter->echo == NULL || spotter->played == NULL) {
        return TOY_ERR_MEMORY;
    }
    toy_echo_init(spotter->echo);
    memset(spotter->played, 0, FRAME_BYTES);
    TOY_TRY(toy_wake_init(&spotter->wake, config, arena));
    spotter->there = true;
    return TOY_OK;
}

static uint32_t what_to_hear(const toy_spotter_t *spotter, const toy_turn_t *turn, uint32_t now_ms)
{
    const toy_intent_situation_t situation = {
        .speaking = turn->state == TOY_SPEAKING,
        .muted = turn->state == TOY_MUTED || (turn->state == TOY_ASLEEP && !toy_turn_dozes(turn)),
        .offline = !turn->link_is_up,
        .waiting_for_answer = turn->state == TOY_LISTENING || turn->state == TOY_THINKING,
        .since_wake_ms = spotter->woken ? now_ms - spotter->woken_ms : UINT32_MAX,
    };
    return toy_intent_hear(&situation);
}

void toy_spotter_play(toy_spotter_t *spotter, const int16_t samples[TOY_FRAME_SAMPLES])
{
    if (spotter->there) {
        memcpy(spotter->played, samples, FRAME_BYTES);
    }
}

void toy_spotter_clean(toy_spotter_t *spotter, int16_t samples[TOY_FRAME_SAMPLES])
{
    if (spotter->there) {
        (void)toy_echo_frame(spotter->echo, spotter->played, samples);
    }
}

static void tell_turn(toy_spotter_t *spotter, toy_turn_t *turn, const toy_wake_result_t *result, uint32_t now_ms)
{
    bool speaks = turn->state == TOY_SPEAKING;
    if (speaks && !toy_echo_somebody_else(spotter->echo)) {
        return; /* its own "stop", in a story */
    }
    if (result->woken) {
        spotter->woken = true;
        spotter->woken_ms = now_ms;
        toy_turn_woken(turn, SCORE_8(result->wake_score));
    }
    if (result->command == TOY_INTENT_STOP && speaks) {
        toy_turn_stop(turn, TOY_ABORT_REASON_STOP_WORD);
    } else if (result->command != TOY_INTENT_NONE) {
        toy_turn_understood(turn, result->command, CONFIDENCE(result->command_score));
    }
}

void toy_spotter_hear(toy_spotter_t *spotter, toy_turn_t *turn, const int16_t samples[TOY_FRAME_SAMPLES], uint32_t now_ms)
{
    toy_wake_result_t result;
    if (!spotter->there) {
        return;
    }
    bool speaks = turn->state == TOY_SPEAKING;
    if (speaks) {
        toy_turn_overhear(turn, samples);
    }
    uint32_t first_sample = (turn->frame - 1u) * TOY_FRAME_SAMPLES;
    /* While it speaks the question whether anybody is heard has no answer: the networks run all the time. */
    bool voiced = speaks || turn->vad.speaking;
    toy_wake_step(&spotter->wake, samples, first_sample, voiced, what_to_hear(spotter, turn, now_ms), &result);
    tell_turn(spotter, turn, &result, now_ms);
}
