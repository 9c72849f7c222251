/* gain.h - loudness of the speaker: volume, and a limiter that no input and no volume can pass.
 * In      int16[TOY_FRAME_SAMPLES], volume 0..100 percent
 * Out     the same frame in place, never beyond +-TOY_GAIN_MAX_PEAK
 * Memory  12 bytes
 * Time    budget in tests/budgets.toml
 * Why     a small ear is held against the speaker: the maximum is a constant of the firmware and no message
 *         can raise it. Gain moves in a ramp of 4 ms, so a new volume and a limited peak make no click. */
#ifndef TOY_AUDIO_GAIN_H
#define TOY_AUDIO_GAIN_H

#include <stdint.h>

#include "audio/format.h"

#define TOY_GAIN_MAX_PEAK 23197 /* -3.0 dB of full scale; the amplifier's own gain sets the sound pressure */

typedef struct {
    int32_t volume_q15;  /* where the volume knob wants the gain */
    int32_t current_q15; /* where the last frame ended */
    uint8_t percent;
} toy_gain_t;

void toy_gain_init(toy_gain_t *gain, uint8_t percent);
void toy_gain_volume(toy_gain_t *gain, uint8_t percent);
void toy_gain_frame(toy_gain_t *gain, int16_t samples[TOY_FRAME_SAMPLES]);

#endif
