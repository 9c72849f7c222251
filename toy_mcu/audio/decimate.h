/* decimate.h - 48 kHz to 16 kHz: a low-pass of 84 taps, one output for three inputs.
 * In      int16, 48 kHz, any multiple of three samples a call, at most 960 (20 ms)
 * Out     int16, 16 kHz, a third as many; delay 41.5 input samples (0.86 ms)
 * Memory  2.1 KB of the caller's
 * Time    budget in tests/budgets.toml
 * Errors  TOY_ERR_ARG when the count is no multiple of three or beyond 960
 * Quality 0 to 7 kHz within 0.1 dB; 9 kHz and above, all that could fold below 7 kHz, 70 dB down
 * Source  taps and integer reference: tests/py/pio_bench/decimator.py */
#ifndef TOY_AUDIO_DECIMATE_H
#define TOY_AUDIO_DECIMATE_H

#include <stddef.h>
#include <stdint.h>

#include "audio/decimate_taps.h"
#include "audio/format.h"
#include "base/status.h"

#define TOY_DECIMATE_RATIO 3
#define TOY_DECIMATE_MAX_SAMPLES (TOY_FRAME_SAMPLES * TOY_DECIMATE_RATIO)
#define TOY_DECIMATE_PAST (TOY_DECIMATE_TAPS - TOY_DECIMATE_RATIO)

typedef struct {
    int16_t line[TOY_DECIMATE_PAST + TOY_DECIMATE_MAX_SAMPLES]; /* what came before, then what came now */
} toy_decimate_t;

void toy_decimate_init(toy_decimate_t *decimate);
TOY_MUST_USE toy_status_t toy_decimate(toy_decimate_t *decimate, const int16_t *samples, size_t count, int16_t *out);

#endif
