/* spotter.h - when the toy's ears are open, and for what: the wake phrase at rest, spoken commands in a question, "stop" and the
 * wake phrase while the toy speaks. Hearing itself is the secure world's (secure/ear.h).
 * In      every microphone frame, where the dialogue stands
 * Out     to the turn: each frame, the wake phrase, spoken commands with their confidence
 * Memory  8 bytes
 * Errors  none; without a spotter in its ears the toy hears no words */
#ifndef TOY_APP_SPOTTER_H
#define TOY_APP_SPOTTER_H

#include <stdbool.h>
#include <stdint.h>

#include "app/turn.h"

typedef struct {
    bool woken; /* at all, since it was switched on */
    uint32_t woken_ms;
} toy_spotter_t;

/* samples: NULL when the ears have a microphone of their own. deaf: the frame counts and is not heard. */
void toy_spotter_hear(toy_spotter_t *spotter, toy_turn_t *turn, const int16_t samples[TOY_FRAME_SAMPLES], bool deaf,
                      uint32_t now_ms);

#endif
