#include "audio/decimate.h"

#include <stdint.h>

#include "base/crc32.h"
#include "toy_test.h"

/* CRC of what the numpy reference makes of the noise below (tests/py/test_decimate.py computes it). */
#define REFERENCE_CRC 0x3bbc4e17u

enum { FRAMES = 5 };

static int16_t noise(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return (int16_t)(*state >> 16);
}

/* The same stream cut in different ways must give the same samples. */
static uint32_t run(size_t piece)
{
    static toy_decimate_t decimate;
    static int16_t in[TOY_DECIMATE_MAX_SAMPLES], out[TOY_FRAME_SAMPLES];
    uint32_t state = 1u, crc = 0u;
    toy_decimate_init(&decimate);
    for (size_t done = 0; done < FRAMES * TOY_DECIMATE_MAX_SAMPLES; done += piece) {
        for (size_t i = 0; i < piece; ++i) {
            in[i] = noise(&state);
        }
        TOY_CHECK_INT(toy_decimate(&decimate, in, piece, out), TOY_OK);
        crc = toy_crc32(crc, out, piece / 3u * sizeof *out);
    }
    return crc;
}

static void test_equals_the_reference(void) { TOY_CHECK_INT(run(960), REFERENCE_CRC); }

static void test_pieces_make_no_difference(void)
{
    TOY_CHECK_INT(run(3), REFERENCE_CRC);
    TOY_CHECK_INT(run(480), REFERENCE_CRC);
}

/* The worst input for the accumulator: full scale with the sign of each tap. */
static void test_full_scale_saturates_and_does_not_wrap(void)
{
    static toy_decimate_t decimate;
    int16_t in[TOY_DECIMATE_TAPS], out[TOY_DECIMATE_TAPS / 3];
    for (int sign = 0; sign < 2; ++sign) {
        toy_decimate_init(&decimate);
        for (int i = 0; i < TOY_DECIMATE_TAPS; ++i) {
            int tap = i < TOY_DECIMATE_TAPS / 2 ? i : TOY_DECIMATE_TAPS - 1 - i;
            in[i] = (toy_decimate_half[tap] > 0) != (sign != 0) ? INT16_MAX : INT16_MIN;
        }
        TOY_CHECK_INT(toy_decimate(&decimate, in, TOY_DECIMATE_TAPS, out), TOY_OK);
        TOY_CHECK_INT(out[TOY_DECIMATE_TAPS / 3 - 1], sign == 0 ? INT16_MAX : INT16_MIN);
    }
}

static void test_wrong_counts(void)
{
    static toy_decimate_t decimate;
    int16_t in[TOY_DECIMATE_MAX_SAMPLES + 3] = {0}, out[TOY_FRAME_SAMPLES + 1];
    toy_decimate_init(&decimate);
    TOY_CHECK_INT(toy_decimate(&decimate, in, 4, out), TOY_ERR_ARG);
    TOY_CHECK_INT(toy_decimate(&decimate, in, TOY_DECIMATE_MAX_SAMPLES + 3, out), TOY_ERR_ARG);
    TOY_CHECK_INT(toy_decimate(&decimate, in, 0, out), TOY_OK);
}

int main(void)
{
    TOY_RUN(test_equals_the_reference);
    TOY_RUN(test_pieces_make_no_difference);
    TOY_RUN(test_full_scale_saturates_and_does_not_wrap);
    TOY_RUN(test_wrong_counts);
    TOY_DONE();
}
