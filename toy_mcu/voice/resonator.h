/* resonator.h - the two-pole filter that every formant is made of, and its mirror image, the two-zero filter.
 * In      one sample; centre and bandwidth in Hz, 16 kHz sampling
 * Out     one sample; gain 1 at 0 Hz (cascade) or about 1 at the centre (parallel)
 * Memory  20 bytes each
 * Source  Klatt, "Software for a cascade/parallel formant synthesizer", JASA 67 (1980), equations 1 to 6 */
#ifndef TOY_VOICE_RESONATOR_H
#define TOY_VOICE_RESONATOR_H

#include "voice/curves.h"

#define TOY_VOICE_RATE_HZ 16000.0f

typedef struct {
    float a, b, c;         /* y = a x + b y1 + c y2 */
    float past_1, past_2;
} toy_resonator_t;

static inline void toy_resonator_poles(toy_resonator_t *filter, float centre_hz, float width_hz)
{
    float radius = toy_curve_decay(width_hz * (3.14159265f / TOY_VOICE_RATE_HZ));
    filter->c = -radius * radius;
    filter->b = 2.0f * radius * toy_curve_cos(centre_hz * (2.0f / TOY_VOICE_RATE_HZ));
}

/* For the cascade: what is below all formants passes unchanged. */
static inline void toy_resonator_set(toy_resonator_t *filter, float centre_hz, float width_hz)
{
    toy_resonator_poles(filter, centre_hz, width_hz);
    filter->a = 1.0f - filter->b - filter->c;
}

/* For the parallel branch: `gain` is the level at the centre, whatever the width. */
static inline void toy_resonator_set_peak(toy_resonator_t *filter, float centre_hz, float width_hz,
                                          float gain)
{
    toy_resonator_poles(filter, centre_hz, width_hz);
    filter->a = gain * (1.0f + filter->c) * toy_curve_sin(centre_hz * (2.0f / TOY_VOICE_RATE_HZ));
}

static inline float toy_resonator_step(toy_resonator_t *filter, float x)
{
    float y = filter->a * x + filter->b * filter->past_1 + filter->c * filter->past_2;
    filter->past_2 = filter->past_1;
    filter->past_1 = y;
    return y;
}

/* The zeros that undo toy_resonator_set() of the same centre and width. */
static inline void toy_antiresonator_set(toy_resonator_t *filter, float centre_hz, float width_hz)
{
    toy_resonator_set(filter, centre_hz, width_hz);
    filter->a = 1.0f / filter->a;
    filter->b = -filter->b * filter->a;
    filter->c = -filter->c * filter->a;
}

static inline float toy_antiresonator_step(toy_resonator_t *filter, float x)
{
    float y = filter->a * x + filter->b * filter->past_1 + filter->c * filter->past_2;
    filter->past_2 = filter->past_1;
    filter->past_1 = x;
    return y;
}

#endif
