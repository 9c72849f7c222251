#include "audio/spectrum.h"

#define HALF (TOY_SPECTRUM_SAMPLES / 2) /* points of the complex transform that does the work */

/* cos and sin of 2 pi k / 128, rounded to single precision. */
static const float TURN[HALF][2] = {
    {1.0f, 0.0f}, {0.998795456f, 0.0490676743f}, {0.995184727f, 0.0980171403f}, {0.98917651f, 0.146730474f},
    {0.98078528f, 0.195090322f}, {0.970031253f, 0.24298018f}, {0.956940336f, 0.290284677f}, {0.941544065f, 0.336889853f},
    {0.923879533f, 0.382683432f}, {0.903989293f, 0.427555093f}, {0.881921264f, 0.471396737f}, {0.85772861f, 0.514102744f},
    {0.831469612f, 0.555570233f}, {0.803207531f, 0.595699304f}, {0.773010453f, 0.634393284f}, {0.740951125f, 0.671558955f},
    {0.707106781f, 0.707106781f}, {0.671558955f, 0.740951125f}, {0.634393284f, 0.773010453f}, {0.595699304f, 0.803207531f},
    {0.555570233f, 0.831469612f}, {0.514102744f, 0.85772861f}, {0.471396737f, 0.881921264f}, {0.427555093f, 0.903989293f},
    {0.382683432f, 0.923879533f}, {0.336889853f, 0.941544065f}, {0.290284677f, 0.956940336f}, {0.24298018f, 0.970031253f},
    {0.195090322f, 0.98078528f}, {0.146730474f, 0.98917651f}, {0.0980171403f, 0.995184727f}, {0.0490676743f, 0.998795456f},
    {0.0f, 1.0f}, {-0.0490676743f, 0.998795456f}, {-0.0980171403f, 0.995184727f}, {-0.146730474f, 0.98917651f},
    {-0.195090322f, 0.98078528f}, {-0.24298018f, 0.970031253f}, {-0.290284677f, 0.956940336f}, {-0.336889853f, 0.941544065f},
    {-0.382683432f, 0.923879533f}, {-0.427555093f, 0.903989293f}, {-0.471396737f, 0.881921264f}, {-0.514102744f, 0.85772861f},
    {-0.555570233f, 0.831469612f}, {-0.595699304f, 0.803207531f}, {-0.634393284f, 0.773010453f}, {-0.671558955f, 0.740951125f},
    {-0.707106781f, 0.707106781f}, {-0.740951125f, 0.671558955f}, {-0.773010453f, 0.634393284f}, {-0.803207531f, 0.595699304f},
    {-0.831469612f, 0.555570233f}, {-0.85772861f, 0.514102744f}, {-0.881921264f, 0.471396737f}, {-0.903989293f, 0.427555093f},
    {-0.923879533f, 0.382683432f}, {-0.941544065f, 0.336889853f}, {-0.956940336f, 0.290284677f}, {-0.970031253f, 0.24298018f},
    {-0.98078528f, 0.195090322f}, {-0.98917651f, 0.146730474f}, {-0.995184727f, 0.0980171403f}, {-0.998795456f, 0.0490676743f},
};

/* Places of the points with their six bits turned round. */
static const unsigned char REVERSED[HALF] = {
    0, 32, 16, 48, 8, 40, 24, 56, 4, 36, 20, 52, 12, 44, 28, 60,
    2, 34, 18, 50, 10, 42, 26, 58, 6, 38, 22, 54, 14, 46, 30, 62,
    1, 33, 17, 49, 9, 41, 25, 57, 5, 37, 21, 53, 13, 45, 29, 61,
    3, 35, 19, 51, 11, 43, 27, 59, 7, 39, 23, 55, 15, 47, 31, 63,
};

/* The first two stages, whose turns are 1 and i: no products. */
static void first_stages(float *restrict re, float *restrict im, float sign)
{
    for (unsigned at = 0; at < HALF; at += 4) {
        float ar = re[at] + re[at + 1], ai = im[at] + im[at + 1], br = re[at] - re[at + 1], bi = im[at] - im[at + 1];
        float cr = re[at + 2] + re[at + 3], ci = im[at + 2] + im[at + 3];
        float dr = sign * (im[at + 3] - im[at + 2]), di = sign * (re[at + 2] - re[at + 3]);
        re[at] = ar + cr;
        im[at] = ai + ci;
        re[at + 1] = br + dr;
        im[at + 1] = bi + di;
        re[at + 2] = ar - cr;
        im[at + 2] = ai - ci;
        re[at + 3] = br - dr;
        im[at + 3] = bi - di;
    }
}

/* 64 complex points in place, already in reversed order. sign -1: forward, +1: backward, unscaled. */
static void transform(float *restrict re, float *restrict im, float sign)
{
    first_stages(re, im, sign);
    for (unsigned span = 4; span < HALF; span *= 2) {
        unsigned turn = HALF / span; /* of TURN, which has 128 to a circle */
        for (unsigned k = 0; k < span; ++k) {
            float cosine = TURN[k * turn][0], sine = sign * TURN[k * turn][1];
            for (unsigned at = k; at < HALF; at += 2 * span) {
                float far_re = re[at + span], far_im = im[at + span], near_re = re[at], near_im = im[at];
                float r = far_re * cosine - far_im * sine, i = far_re * sine + far_im * cosine;
                re[at + span] = near_re - r;
                im[at + span] = near_im - i;
                re[at] = near_re + r;
                im[at] = near_im + i;
            }
        }
    }
}

void toy_spectrum_of(const float samples[TOY_SPECTRUM_SAMPLES], toy_spectrum_t *out)
{
    float re[HALF], im[HALF];
    for (unsigned n = 0; n < HALF; ++n) {
        unsigned to = REVERSED[n];
        re[to] = samples[2 * n];
        im[to] = samples[2 * n + 1];
    }
    transform(re, im, -1.0f);
    out->re[0] = re[0] + im[0];
    out->re[HALF] = re[0] - im[0];
    out->im[0] = out->im[HALF] = 0.0f;
    for (unsigned k = 1; k < HALF; ++k) {
        float even_re = 0.5f * (re[k] + re[HALF - k]), even_im = 0.5f * (im[k] - im[HALF - k]);
        float odd_re = 0.5f * (im[k] + im[HALF - k]), odd_im = 0.5f * (re[HALF - k] - re[k]);
        out->re[k] = even_re + odd_re * TURN[k][0] + odd_im * TURN[k][1];
        out->im[k] = even_im + odd_im * TURN[k][0] - odd_re * TURN[k][1];
    }
}

void toy_spectrum_back(const toy_spectrum_t *in, float samples[TOY_SPECTRUM_SAMPLES])
{
    float re[HALF], im[HALF];
    for (unsigned k = 0; k < HALF; ++k) {
        float even_re = in->re[k] + in->re[HALF - k], even_im = in->im[k] - in->im[HALF - k];
        float apart_re = in->re[k] - in->re[HALF - k], apart_im = in->im[k] + in->im[HALF - k];
        float odd_re = apart_re * TURN[k][0] - apart_im * TURN[k][1];
        float odd_im = apart_re * TURN[k][1] + apart_im * TURN[k][0];
        unsigned to = REVERSED[k];
        re[to] = even_re - odd_im;
        im[to] = even_im + odd_re;
    }
    transform(re, im, 1.0f);
    for (unsigned n = 0; n < HALF; ++n) {
        samples[2 * n] = re[n] * (1.0f / TOY_SPECTRUM_SAMPLES);
        samples[2 * n + 1] = im[n] * (1.0f / TOY_SPECTRUM_SAMPLES);
    }
}
