#include "wake/gate.h"

#include <string.h>

#define SILENCE 0
#define FIRST_COMMAND 2

void toy_gate_init(toy_gate_t *gate, const toy_net_head_t *head)
{
    memset(gate, 0, sizeof *gate);
    gate->head = head;
    gate->quiet_steps = TOY_GATE_QUIET_STEPS; /* the world begins silent */
}

static void smooth(toy_gate_t *gate, const uint16_t *scores)
{
    uint32_t steps = gate->head->smooth_steps < TOY_GATE_SMOOTH_MAX ? gate->head->smooth_steps : TOY_GATE_SMOOTH_MAX;
    gate->at = (uint8_t)((gate->at + 1u) % steps);
    for (uint32_t o = 0; o < gate->head->outputs; ++o) {
        gate->recent[gate->at][o] = scores[o];
        uint32_t sum = 0;
        for (uint32_t i = 0; i < steps; ++i) {
            sum += gate->recent[i][o];
        }
        gate->smooth[o] = (uint16_t)(sum / steps);
    }
}

toy_gate_event_t toy_gate_phrase(toy_gate_t *gate, const uint16_t *scores, uint16_t threshold)
{
    toy_gate_event_t event = {0, gate->smooth[1]};
    smooth(gate, scores);
    event.score = gate->smooth[1];
    if (gate->rest > 0) {
        --gate->rest;
    } else if (event.score >= threshold) {
        event.output = 1;
        gate->rest = gate->head->refractory_steps;
    }
    return event;
}

static void watch_silence(toy_gate_t *gate, const uint16_t *scores)
{
    if (scores[SILENCE] > TOY_NET_ONE / 2) {
        gate->quiet_steps = (uint8_t)(gate->quiet_steps < 255 ? gate->quiet_steps + 1 : 255);
    } else {
        gate->quiet_steps = 0;
    }
    if (gate->quiet_steps >= TOY_GATE_QUIET_STEPS) {
        gate->since_quiet = 0;
    } else if (gate->since_quiet < 255) {
        ++gate->since_quiet;
    }
}

static toy_gate_event_t fire(toy_gate_t *gate, uint8_t output, uint16_t score)
{
    gate->pending = 0;
    gate->rest = gate->head->refractory_steps;
    return (toy_gate_event_t){output, score};
}

toy_gate_event_t toy_gate_command(toy_gate_t *gate, const uint16_t *scores, uint8_t at_once)
{
    smooth(gate, scores);
    watch_silence(gate, scores);
    if (gate->rest > 0) {
        --gate->rest;
        return (toy_gate_event_t){0, 0};
    }
    uint8_t best = FIRST_COMMAND;
    for (uint8_t o = FIRST_COMMAND; o < gate->head->outputs; ++o) {
        best = gate->smooth[o] > gate->smooth[best] ? o : best;
    }
    uint16_t score = gate->smooth[best];
    bool heard = score >= gate->head->threshold[best - FIRST_COMMAND];
    if (heard && best == at_once) {
        return fire(gate, best, score);
    }
    if (gate->since_quiet > TOY_GATE_ALONE_STEPS) {
        gate->pending = 0; /* part of a longer speech */
    } else if (heard && (gate->pending == 0 || score > gate->pending_score)) {
        gate->pending = best;
        gate->pending_score = score;
    }
    if (gate->pending != 0 && gate->quiet_steps >= TOY_GATE_QUIET_STEPS) {
        return fire(gate, gate->pending, gate->pending_score);
    }
    return (toy_gate_event_t){0, 0};
}
