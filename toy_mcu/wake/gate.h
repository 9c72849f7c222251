/* gate.h - from probabilities every 40 ms to "that was it": smoothing, threshold, refractory time.
 * In      scores of a net; how they are judged stands in the head of the net's blob (its manifest, as a table)
 * Out     at most one event a step: which output, the smoothed score that it reached
 * Memory  toy_gate_t, about 350 bytes
 * Time    a few hundred instructions a step
 * How     A phrase (two outputs) fires as soon as its smoothed score reaches the given threshold. A command must stand alone:
 *         it begins within TOY_GATE_ALONE_STEPS of a silence and fires in the next one, so that the "no" or "up" of a
 *         told story is not obeyed. An output named in `at_once` does not wait ("stop", while the toy speaks). */
#ifndef TOY_WAKE_GATE_H
#define TOY_WAKE_GATE_H

#include <stdbool.h>
#include <stdint.h>

#include "wake/net.h"

#define TOY_GATE_SMOOTH_MAX 6
#define TOY_GATE_ALONE_STEPS 38 /* 1.5 s: the longest command with what surrounds it */
#define TOY_GATE_QUIET_STEPS 4  /* 160 ms of no speech make a silence */

typedef struct {
    const toy_net_head_t *head;
    uint16_t recent[TOY_GATE_SMOOTH_MAX][TOY_NET_OUTPUTS_MAX]; /* a ring of scores */
    uint16_t smooth[TOY_NET_OUTPUTS_MAX];                      /* their mean, 0..32767 */
    uint8_t at;
    uint8_t quiet_steps;   /* in a row; saturates */
    uint8_t since_quiet;   /* steps since the last silence; saturates */
    uint8_t rest;          /* refractory steps that are left */
    uint8_t pending;       /* a command heard, waiting for the silence after it; 0 is none */
    uint16_t pending_score;
} toy_gate_t;

typedef struct {
    uint8_t output; /* 0: nothing happened */
    uint16_t score; /* 0..32767 */
} toy_gate_event_t;

void toy_gate_init(toy_gate_t *gate, const toy_net_head_t *head);
toy_gate_event_t toy_gate_phrase(toy_gate_t *gate, const uint16_t *scores, uint16_t threshold);
toy_gate_event_t toy_gate_command(toy_gate_t *gate, const uint16_t *scores, uint8_t at_once);

#endif
