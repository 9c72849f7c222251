#include "app/spotter.h"

#include <string.h>

#define CONFIDENCE(score) ((uint8_t)(((uint32_t)(score) * 100u) >> 15))
#define SCORE_8(score) ((uint8_t)((score) >> 7))

toy_status_t toy_spotter_init(toy_spotter_t *spotter, const toy_wake_config_t *config, toy_arena_t *arena)
{
    memset(spotter, 0, sizeof *spotter);
    if (config == NULL) {
        return TOY_OK;
    }
    TOY_TRY(toy_wake_init(&spotter->wake, config, arena));
    spotter->there = true;
    return TOY_OK;
}

static uint32_t what_to_hear(const toy_spotter_t *spotter, const toy_turn_t *turn, uint32_t now_ms)
{
    const toy_intent_situation_t situation = {
        .muted = turn->state == TOY_MUTED || (turn->state == TOY_ASLEEP && !toy_turn_dozes(turn)),
        .offline = !turn->link_is_up,
        .waiting_for_answer = turn->state == TOY_LISTENING || turn->state == TOY_THINKING,
        .since_wake_ms = spotter->woken ? now_ms - spotter->woken_ms : UINT32_MAX,
    };
    return toy_intent_hear(&situation);
}

void toy_spotter_hear(toy_spotter_t *spotter, toy_turn_t *turn, const int16_t samples[TOY_FRAME_SAMPLES], uint32_t now_ms)
{
    toy_wake_result_t result;
    if (!spotter->there) {
        return;
    }
    uint32_t first_sample = (turn->frame - 1u) * TOY_FRAME_SAMPLES;
    /* What it hears of its own answer is forgotten before it listens again. */
    uint32_t hear = turn->state != TOY_SPEAKING ? what_to_hear(spotter, turn, now_ms) : 0u;
    toy_wake_step(&spotter->wake, samples, first_sample, turn->vad.speaking, hear, &result);
    if (result.woken) {
        spotter->woken = true;
        spotter->woken_ms = now_ms;
        toy_turn_woken(turn, SCORE_8(result.wake_score));
    }
    if (result.command != TOY_INTENT_NONE) {
        toy_turn_understood(turn, result.command, CONFIDENCE(result.command_score));
    }
}
