/* lamps.h - the ring of lights and the motor: the toy's colour, moved by its speech, and what must be seen above it.
 * In      the core's colour, how loud the speaker's frame is, and what is wrong; every 20 ms
 * Out     a colour for each light; how far the motor goes, 0 to 255
 * Memory  rp_lamps_t
 *
 *  first that holds    picture
 *  cell empty          one red light, half a second in four; the motor rests
 *  something is cut    amber breathing on every third light
 *  speaking            the core's colour, as bright as the voice is loud; the motor follows it
 *  otherwise           the core's colour, steady; a red or green one stays as it is: muted, listening. When it begins to think the
 *                      motor nudges once: the question was heard, and the microphone is not needed now
 * The microphone's own light is no part of this: it follows the clock of the microphone in i2s.c. */
#ifndef RP2350_LAMPS_H
#define RP2350_LAMPS_H

#include <stdbool.h>
#include <stdint.h>

#include "audio/format.h"

#define RP_LAMPS_MOST 24u

typedef struct {
    uint8_t red, green, blue;
} rp_colour_t;

typedef struct {
    rp_colour_t colour;
    bool speaking, thinking, is_cut, cell_empty;
    uint16_t level; /* of the frame that plays, 0 to 32767 */
} rp_mood_t;

typedef struct {
    uint32_t time_ms;
    uint32_t envelope_q8; /* fast up, slow down, so that a face does not tremble */
    bool was_thinking;
    uint32_t nudge_ms; /* that are left of it */
} rp_lamps_t;

/* Returns how far the motor goes. */
uint8_t rp_lamps_step(rp_lamps_t *lamps, const rp_mood_t *mood, rp_colour_t *lights, uint32_t count);

/* The loudest sample. */
uint16_t rp_level(const int16_t samples[TOY_FRAME_SAMPLES]);

#endif
