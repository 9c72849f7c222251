#include "rp2350/logic/lamps.h"

enum {
    ROUND_MS = 20,
    EMPTY_PERIOD_MS = 4000,
    EMPTY_LIT_MS = 500,
    BREATH_MS = 2000,
    AMBER_RED = 60,
    AMBER_GREEN = 30,
    DIMMEST = 48, /* of 255: a speaking ring is never dark */
    LOUD_SHIFT = 6, /* 16,384 and more is full brightness */
    FALL_SHIFT = 3,
    NUDGE_MS = 100,
    NUDGE_FAR = 110,
};

static uint8_t scaled(uint8_t value, uint32_t by) { return (uint8_t)(value * by / 255u); }

static rp_colour_t dimmed(rp_colour_t colour, uint32_t by)
{
    return (rp_colour_t){scaled(colour.red, by), scaled(colour.green, by), scaled(colour.blue, by)};
}

static uint32_t follow(rp_lamps_t *lamps, const rp_mood_t *mood)
{
    uint32_t target = mood->speaking ? (uint32_t)mood->level >> LOUD_SHIFT : 0u;
    target = (target < 255u ? target : 255u) << 8;
    if (target > lamps->envelope_q8) {
        lamps->envelope_q8 = target;
    } else {
        lamps->envelope_q8 -= (lamps->envelope_q8 - target) >> FALL_SHIFT;
    }
    return lamps->envelope_q8 >> 8;
}

static uint32_t breath(uint32_t time_ms)
{
    const uint32_t at = time_ms % BREATH_MS;
    return (at < BREATH_MS / 2u ? at : BREATH_MS - at) * 255u / (BREATH_MS / 2u);
}

static uint8_t motion(rp_lamps_t *lamps, const rp_mood_t *mood, uint32_t loud)
{
    lamps->nudge_ms = mood->thinking && !lamps->was_thinking ? NUDGE_MS : lamps->nudge_ms;
    lamps->was_thinking = mood->thinking;
    const bool nudges = lamps->nudge_ms != 0u;
    lamps->nudge_ms -= nudges ? ROUND_MS : 0u;
    if (mood->cell_empty || mood->is_cut) {
        return 0;
    }
    return mood->speaking ? (uint8_t)loud : nudges ? NUDGE_FAR : 0u;
}

uint8_t rp_lamps_step(rp_lamps_t *lamps, const rp_mood_t *mood, rp_colour_t *lights, uint32_t count)
{
    lamps->time_ms += ROUND_MS;
    const uint32_t loud = follow(lamps, mood);
    const uint32_t bright = mood->speaking ? DIMMEST + loud * (255u - DIMMEST) / 255u : 255u;
    const rp_colour_t amber = dimmed((rp_colour_t){AMBER_RED, AMBER_GREEN, 0}, breath(lamps->time_ms));
    const bool lit = lamps->time_ms % EMPTY_PERIOD_MS < EMPTY_LIT_MS;
    for (uint32_t i = 0; i < count; ++i) {
        if (mood->cell_empty) {
            lights[i] = (rp_colour_t){i == 0u && lit ? AMBER_RED : 0u, 0, 0};
        } else if (mood->is_cut) {
            lights[i] = i % 3u == 0u ? amber : (rp_colour_t){0, 0, 0};
        } else {
            lights[i] = dimmed(mood->colour, bright);
        }
    }
    return motion(lamps, mood, loud);
}

uint16_t rp_level(const int16_t samples[TOY_FRAME_SAMPLES])
{
    int32_t most = 0;
    for (uint32_t i = 0; i < TOY_FRAME_SAMPLES; ++i) {
        const int32_t size = samples[i] < 0 ? -(int32_t)samples[i] : samples[i];
        most = size > most ? size : most;
    }
    return (uint16_t)(most < INT16_MAX ? most : INT16_MAX);
}
