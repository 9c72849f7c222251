#include "app/spotter.h"

#include "link/generated/message_types.h"

#define CONFIDENCE(score) ((uint8_t)(((uint32_t)(score) * 100u) >> 15))
#define SCORE_8(score) ((uint8_t)((score) >> 7))

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

static void tell_turn(toy_spotter_t *spotter, toy_turn_t *turn, const toy_heard_t *heard, uint32_t now_ms)
{
    bool speaks = turn->state == TOY_SPEAKING;
    if (heard->woken) {
        spotter->woken = true;
        spotter->woken_ms = now_ms;
        toy_turn_woken(turn, SCORE_8(heard->wake_score));
    }
    if (heard->command == TOY_INTENT_STOP && speaks) {
        toy_turn_stop(turn, TOY_ABORT_REASON_STOP_WORD);
    } else if (heard->command != TOY_INTENT_NONE) {
        toy_turn_understood(turn, (toy_intent_t)heard->command, CONFIDENCE(heard->command_score));
    }
}

void toy_spotter_hear(toy_spotter_t *spotter, toy_turn_t *turn, const int16_t samples[TOY_FRAME_SAMPLES], bool deaf,
                      uint32_t now_ms)
{
    toy_hearing_t *hearing = turn->config.hearing;
    const toy_heed_t heed = {
        .flags = deaf ? (uint8_t)TOY_HEED_DEAF : toy_turn_heeds(turn),
        .listens_for = (uint8_t)what_to_hear(spotter, turn, now_ms),
    };
    toy_hearing_frame(hearing, samples, &heed);
    if (deaf) {
        turn->frame = hearing->last.number + 1u;
        return;
    }
    toy_turn_hear(turn);
    const toy_heard_t heard = hearing->last; /* what follows may change it */
    tell_turn(spotter, turn, &heard, now_ms);
}
