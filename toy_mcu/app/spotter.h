/* spotter.h - when the toy's own ears are open, and for what: the wake phrase at rest, spoken commands in a question,
 * "stop" and the wake phrase while the toy speaks.
 * In      every microphone frame that the turn has seen, every frame that the speaker was given, where the dialogue stands
 * Out     the wake phrase, or one spoken command, with its confidence
 * Memory  the arena, at most TOY_SPOTTER_ARENA_BYTES; the networks' weights stay in flash
 * Time    budget in tests/budgets.toml; next to nothing while nobody is heard
 * Errors  as toy_wake_init; without weights it hears nothing
 * How     While the toy speaks its own voice is taken out first (audio/echo). */
#ifndef TOY_APP_SPOTTER_H
#define TOY_APP_SPOTTER_H

#include <stdbool.h>
#include <stdint.h>

#include "app/turn.h"
#include "audio/echo.h"
#include "wake/wake.h"

#define TOY_SPOTTER_ARENA_BYTES (42u * 1024u) /* 14 for the echo, 28 for networks as large as the budget allows */

typedef struct {
    toy_wake_t wake;
    toy_echo_t *echo;
    int16_t *played; /* a frame: what the speaker was given last */
    bool there;
    bool woken; /* at all, since it was switched on */
    uint32_t woken_ms;
} toy_spotter_t;

/* config NULL: a toy without ears of its own. */
TOY_MUST_USE toy_status_t toy_spotter_init(toy_spotter_t *spotter, const toy_wake_config_t *config, toy_arena_t *arena);

/* What the speaker was just given, at its final loudness. */
void toy_spotter_play(toy_spotter_t *spotter, const int16_t samples[TOY_FRAME_SAMPLES]);

/* Takes the toy's own voice out of a microphone frame, before anybody hears it; without ears it stays as it is. */
void toy_spotter_clean(toy_spotter_t *spotter, int16_t samples[TOY_FRAME_SAMPLES]);

/* Tells the turn what it heard. Call after toy_turn_hear with the same frame. */
void toy_spotter_hear(toy_spotter_t *spotter, toy_turn_t *turn, const int16_t samples[TOY_FRAME_SAMPLES], uint32_t now_ms);

#endif
