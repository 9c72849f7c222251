#include "voice/klatt.h"

#include <string.h>

#define NASAL_HZ 270.0f
#define NASAL_WIDTH_HZ 100.0f
#define POWER_MOST 1.85e7f /* -17.6 dBFS: speech is below, a sung note on a formant is not */
#define FRAME_MOST (3.0f * POWER_MOST * TOY_KLATT_SAMPLES) /* of 5 ms: -12.9 dBFS */
#define OPEN_SHARE 0.62f /* of the glottal cycle */

static const float high_hz[TOY_KLATT_HIGH] = {3400.0f, 4200.0f, 5200.0f, 6300.0f};
static const float high_width_hz[TOY_KLATT_HIGH] = {250.0f, 300.0f, 500.0f, 800.0f};
static const float side_hz[3] = {3500.0f, 4500.0f, 5900.0f}; /* F4 F5 F6 of the parallel branch */
static const float side_width_hz[5] = {220.0f, 300.0f, 400.0f, 700.0f, 1100.0f};

static float below_nyquist(float hz) { return hz > 7600.0f ? 7600.0f : hz; }

void toy_klatt_init(toy_klatt_t *klatt, float scale, float breath)
{
    memset(klatt, 0, sizeof *klatt);
    klatt->scale = scale;
    klatt->breath = breath;
    klatt->gain = 4200.0f;
    klatt->level = 1.0f;
    klatt->chance = 0x1234567u;
    for (unsigned at = 0; at < TOY_KLATT_HIGH; ++at) {
        toy_resonator_set(&klatt->high[at], below_nyquist(high_hz[at] * scale), high_width_hz[at]);
    }
    toy_resonator_set(&klatt->nasal_pole, NASAL_HZ, NASAL_WIDTH_HZ);
}

static void tune(toy_klatt_t *klatt, const toy_klatt_frame_t *frame)
{
    for (unsigned at = 0; at < 3u; ++at) {
        toy_resonator_set(&klatt->formant[at], frame->formant_hz[at] * klatt->scale, frame->width_hz[at]);
    }
    toy_antiresonator_set(&klatt->nasal_zero, frame->formant_hz[3], NASAL_WIDTH_HZ);
    for (unsigned at = 0; at + 1u < TOY_KLATT_NOISES; ++at) {
        float centre_hz = at < 2u ? frame->formant_hz[at + 1u] : side_hz[at - 2u];
        toy_resonator_set_peak(&klatt->side[at], below_nyquist(centre_hz * klatt->scale), side_width_hz[at],
                               frame->noise[at]);
    }
    klatt->bypass = frame->noise[TOY_KLATT_NOISES - 1u];
    klatt->step = frame->pitch_hz * (1.0f / TOY_VOICE_RATE_HZ);
}

/* Uniform noise, -1..1. */
static float noise(toy_klatt_t *klatt)
{
    klatt->chance = klatt->chance * 1664525u + 1013904223u;
    return (float)(int32_t)klatt->chance * (1.0f / 2147483648.0f);
}

/* Flow through the glottis over one cycle: opens slowly, closes fast. */
static float flow(float phase)
{
    float t = phase * (1.0f / OPEN_SHARE);
    return t < 1.0f ? t * t * (1.0f - t) : 0.0f;
}

/* The flow's slope, averaged over the sample: the corner of the closing may lie between two samples. */
static float glottis(toy_klatt_t *klatt)
{
    float before = flow(klatt->phase);
    klatt->phase += klatt->step;
    if (klatt->phase >= 1.0f) {
        klatt->phase -= 1.0f;
    }
    return (flow(klatt->phase) - before) * (OPEN_SHARE / klatt->step);
}

/* Straight up to 3/4 of the peak, then bent, never beyond: x * (1 - x^2 / 3) reaches its top at 1. */
static int16_t limit(float x)
{
    float y = x * (1.0f / (1.5f * TOY_VOICE_PEAK));
    y = y > 1.0f ? 1.0f : y < -1.0f ? -1.0f : y;
    return (int16_t)(y * (1.5f - 0.5f * y * y) * TOY_VOICE_PEAK);
}

/* Holds loud notes down at once and lets go slowly, so that no text is louder than another; energy: of a frame. */
static void govern(toy_klatt_t *klatt, float energy)
{
    float square = klatt->level * klatt->level;
    while (energy * square > FRAME_MOST) {
        klatt->level *= 0.9f;
        square = klatt->level * klatt->level;
    }
    klatt->power += (energy * square * (1.0f / TOY_KLATT_SAMPLES) - klatt->power) * 0.1f;
    if (klatt->power > POWER_MOST) {
        klatt->level *= 0.94f;
    } else if (klatt->level < 1.0f) {
        klatt->level = klatt->level > 0.998f ? 1.0f : klatt->level * 1.002f;
    }
}

void toy_klatt_render(toy_klatt_t *klatt, const toy_klatt_frame_t *frame, int16_t pcm[TOY_KLATT_SAMPLES])
{
    const float per_sample = 1.0f / TOY_KLATT_SAMPLES;
    float voicing_step = (frame->voicing - klatt->voicing) * per_sample;
    float aspiration_step = (frame->aspiration - klatt->aspiration) * per_sample;
    float tilt_step = (frame->tilt - klatt->tilt) * per_sample;
    /* A burst begins at once; everything else slides. */
    float frication = frame->frication > 2.0f * klatt->frication + 0.1f ? frame->frication : klatt->frication;
    float frication_step = (frame->frication - frication) * per_sample;
    float sound[TOY_KLATT_SAMPLES], energy = 0.0f, level = klatt->level;
    tune(klatt, frame);
    for (unsigned at = 0; at < TOY_KLATT_SAMPLES; ++at) {
        klatt->voicing += voicing_step;
        klatt->aspiration += aspiration_step;
        klatt->tilt += tilt_step;
        frication += frication_step;
        float hiss = noise(klatt);
        float open = klatt->phase < OPEN_SHARE ? 1.0f : 0.4f; /* noise comes in puffs while there is voice */
        float puff = klatt->voicing > 0.05f ? hiss * open : hiss;
        float voiced = klatt->voicing * (glottis(klatt) + klatt->breath * hiss * open);
        klatt->tilted += (1.0f - klatt->tilt) * (voiced - klatt->tilted);
        float x = klatt->tilted + klatt->aspiration * puff;
        x = toy_antiresonator_step(&klatt->nasal_zero, toy_resonator_step(&klatt->nasal_pole, x));
        for (unsigned stage = TOY_KLATT_HIGH; stage-- > 0u;) {
            x = toy_resonator_step(&klatt->high[stage], x);
        }
        for (unsigned stage = 3u; stage-- > 0u;) {
            x = toy_resonator_step(&klatt->formant[stage], x);
        }
        float rush = frication * puff;
        float y = klatt->bypass * rush;
        for (unsigned side = 0; side + 1u < TOY_KLATT_NOISES; ++side) {
            y = toy_resonator_step(&klatt->side[side], rush) - y; /* signs alternate: Klatt's figure 6 */
        }
        sound[at] = (x + y) * klatt->gain;
        energy += sound[at] * sound[at];
    }
    govern(klatt, energy);
    float level_step = klatt->level < level ? 0.0f : (klatt->level - level) * per_sample; /* down at once */
    level = level_step > 0.0f ? level : klatt->level;
    for (unsigned at = 0; at < TOY_KLATT_SAMPLES; ++at) {
        pcm[at] = limit(sound[at] * level);
        level += level_step;
    }
    klatt->frication = frame->frication;
}
