/* spotter.h - when the toy's own ears are open, and for what: the wake phrase at rest, spoken commands in a question.
 * In      every microphone frame that the turn has seen, and where the dialogue stands
 * Out     the wake phrase, or one spoken command, with its confidence
 * Memory  the arena, at most TOY_SPOTTER_ARENA_BYTES; the networks' weights stay in flash
 * Time    budget in tests/budgets.toml; next to nothing while nobody is heard
 * Errors  as toy_wake_init; without weights it hears nothing
 * Why     It does not listen while the toy speaks: that needs the canceller in audio/echo first. */
#ifndef TOY_APP_SPOTTER_H
#define TOY_APP_SPOTTER_H

#include <stdbool.h>
#include <stdint.h>

#include "app/turn.h"
#include "wake/wake.h"

#define TOY_SPOTTER_ARENA_BYTES (28u * 1024u) /* for networks as large as the budget allows */

typedef struct {
    toy_wake_t wake;
    bool there;
    bool woken; /* at all, since it was switched on */
    uint32_t woken_ms;
} toy_spotter_t;

/* config NULL: a toy without ears of its own. */
TOY_MUST_USE toy_status_t toy_spotter_init(toy_spotter_t *spotter, const toy_wake_config_t *config, toy_arena_t *arena);

/* Tells the turn what it heard. Call after toy_turn_hear with the same frame. */
void toy_spotter_hear(toy_spotter_t *spotter, toy_turn_t *turn, const int16_t samples[TOY_FRAME_SAMPLES], uint32_t now_ms);

#endif
