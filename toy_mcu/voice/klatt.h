/* klatt.h - cascade/parallel formant synthesis: a glottis, noise, and the resonances of a mouth.
 * In      one set of parameters each 5 ms; amplitudes are linear, 1 = a stressed vowel
 * Out     80 samples at 16 kHz, never beyond TOY_VOICE_PEAK
 * Memory  about 500 bytes in the caller's struct
 * Time    about 350 instructions a sample on the Cortex-M33; floats without libm, the same bits everywhere
 * Source  Klatt, JASA 67 (1980); glottal pulse of Klatt and Klatt, JASA 87 (1990) */
#ifndef TOY_VOICE_KLATT_H
#define TOY_VOICE_KLATT_H

#include <stdint.h>

#include "voice/resonator.h"

#define TOY_KLATT_SAMPLES 80u /* one frame of 5 ms */
#define TOY_VOICE_PEAK 23000  /* -3.1 dBFS: the loudest sample that there can be */
#define TOY_KLATT_MOVING 4u   /* F1 F2 F3 and the nasal zero follow the phonemes */
#define TOY_KLATT_HIGH 4u     /* F4..F7 stay */
#define TOY_KLATT_NOISES 6u   /* A2..A6, AB */

typedef struct {
    float pitch_hz;
    float formant_hz[TOY_KLATT_MOVING]; /* F1 F2 F3, nasal zero */
    float width_hz[3];
    float voicing;                   /* AV */
    float aspiration;                /* AH */
    float frication;                 /* AF, over all of noise[] */
    float noise[TOY_KLATT_NOISES];   /* A2..A6 at their centres, AB unfiltered */
    float tilt;                      /* 0 bright .. 0.95 only the fundamental */
} toy_klatt_frame_t;

typedef struct {
    float scale;              /* of all formants: 1 an adult man, 1.15 a woman, 1.3 a child */
    float breath;             /* noise in the voice, 0..1 */
    float gain;               /* output samples of amplitude 1 */
    float power, level;       /* mean square of 50 ms; what holds it down, 1 = nothing */
    uint32_t chance;
    float phase, step;        /* of the glottal cycle, 0..1 */
    float tilted;             /* the tilt filter's memory */
    float voicing, aspiration, frication, tilt; /* as they were at the end of the last frame */
    toy_resonator_t formant[3], nasal_pole, nasal_zero, high[TOY_KLATT_HIGH], side[TOY_KLATT_NOISES - 1u];
    float bypass;
} toy_klatt_t;

void toy_klatt_init(toy_klatt_t *klatt, float scale, float breath);
void toy_klatt_render(toy_klatt_t *klatt, const toy_klatt_frame_t *frame, int16_t pcm[TOY_KLATT_SAMPLES]);

#endif
