#include "audio/echo.h"

#include <string.h>

#define BLOCK TOY_ECHO_BLOCK
#define PARTS TOY_ECHO_PARTS
#define BINS TOY_SPECTRUM_BINS
#define QUIET 16                /* a speaker frame with no sample beyond this makes no echo */
#define POWER_RATE 0.15f
#define MEAN_RATE 0.05f
#define LEAST_LEAK 0.004f       /* the filter never counts as perfect: rooms change */
#define MOST_STEP 0.8f
#define EARLY_STEP 0.4f
#define EARLY_BLOCKS 200u       /* adaptations, 1.6 s of own voice, until the leak is believed */
#define RESIDUE 4.0f            /* how hard what is left of the echo is pushed down */
#define GAIN_RATE 0.02f         /* a sample: 3 ms */
#define HEARD_RATE 0.013f       /* a block: 0.3 s */
#define OWN_SHARE 0.08f         /* of the power an echo leaves less than this, nearly always */
#define FLOOR_POWER 20000.0f
#define TINY 1.0f
/* An echo eight times louder than any sample can be is none: a steady tone leads a filter that far astray, and on to infinity. */
#define LOST_POWER (64.0f * 32768.0f * 32768.0f * BLOCK)

void toy_echo_init(toy_echo_t *echo)
{
    memset(echo, 0, sizeof *echo);
    echo->gain = 1.0f;
}

static float squares(const float *x)
{
    float sum = 0.0f;
    for (unsigned i = 0; i < BLOCK; ++i) {
        sum += x[i] * x[i];
    }
    return sum;
}

/* The next block of the speaker into the ring. */
static void take(toy_echo_t *echo, const int16_t *speaker)
{
    float both[2 * BLOCK];
    memcpy(both, echo->past, sizeof echo->past);
    for (unsigned i = 0; i < BLOCK; ++i) {
        both[BLOCK + i] = (float)speaker[i];
    }
    memcpy(echo->past, both + BLOCK, sizeof echo->past);
    echo->at = (uint8_t)((echo->at + PARTS - 1u) % PARTS);
    toy_spectrum_t *newest = &echo->played[echo->at];
    toy_spectrum_of(both, newest);
    for (unsigned k = 0; k < BINS; ++k) {
        float now = newest->re[k] * newest->re[k] + newest->im[k] * newest->im[k];
        echo->power[k] += POWER_RATE * (now - echo->power[k]);
    }
}

/* sum += filter * played, bin by bin. */
static void multiply(toy_spectrum_t *restrict sum, const toy_spectrum_t *restrict w, const toy_spectrum_t *restrict x)
{
    for (unsigned k = 0; k < BINS; ++k) {
        float wr = w->re[k], wi = w->im[k], xr = x->re[k], xi = x->im[k];
        sum->re[k] += wr * xr - wi * xi;
        sum->im[k] += wr * xi + wi * xr;
    }
}

/* What the filter expects the microphone to hear of it. */
static void expect(const toy_echo_t *echo, float out[BLOCK])
{
    toy_spectrum_t sum;
    float both[2 * BLOCK];
    memset(&sum, 0, sizeof sum);
    for (unsigned part = 0; part < PARTS; ++part) {
        multiply(&sum, &echo->filter[part], &echo->played[(echo->at + part) % PARTS]);
    }
    toy_spectrum_back(&sum, both);
    memcpy(out, both + BLOCK, BLOCK * sizeof *out);
}

static void spectrum_of_block(const float block[BLOCK], toy_spectrum_t *out)
{
    float both[2 * BLOCK];
    memset(both, 0, BLOCK * sizeof *both);
    memcpy(both + BLOCK, block, BLOCK * sizeof *both);
    toy_spectrum_of(both, out);
}

static float power_at(const toy_spectrum_t *spectrum, unsigned k)
{
    return spectrum->re[k] * spectrum->re[k] + spectrum->im[k] * spectrum->im[k];
}

/* The share of the expected echo's power that is still in the error: how both rise and fall together. */
static float leak(toy_echo_t *echo, const toy_spectrum_t *expected, const toy_spectrum_t *error, float echo_power,
                  float error_power)
{
    float together = 0.0f, alone = 0.0f;
    for (unsigned k = 0; k < BINS; ++k) {
        float y = power_at(expected, k), e = power_at(error, k);
        float dy = y - echo->echo_mean[k], de = e - echo->error_mean[k];
        together += dy * de;
        alone += dy * dy;
        echo->echo_mean[k] += MEAN_RATE * dy;
        echo->error_mean[k] += MEAN_RATE * de;
    }
    float rate = echo_power / (error_power + TINY) * 0.05f;
    rate = rate > 0.02f ? 0.02f : rate;
    echo->together += rate * (together - echo->together);
    echo->alone += rate * (alone - echo->alone);
    float found = echo->together / (echo->alone + TINY);
    return found < LEAST_LEAK ? LEAST_LEAK : found > 1.0f ? 1.0f : found;
}

/* filter += the error against what was played, which the caller has already scaled by the step. */
static void correct(toy_spectrum_t *restrict w, const toy_spectrum_t *restrict x, const toy_spectrum_t *restrict error)
{
    for (unsigned k = 0; k < BINS; ++k) {
        float er = error->re[k], ei = error->im[k], xr = x->re[k], xi = x->im[k];
        w->re[k] += xr * er + xi * ei;
        w->im[k] += xr * ei - xi * er;
    }
}

/* A product of spectra wraps around: one part a block is freed of the half that must be zero. */
static void mend(toy_echo_t *echo)
{
    float both[2 * BLOCK];
    toy_spectrum_back(&echo->filter[echo->mending], both);
    memset(both + BLOCK, 0, BLOCK * sizeof *both);
    toy_spectrum_of(both, &echo->filter[echo->mending]);
    echo->mending = (uint8_t)((echo->mending + 1u) % PARTS);
}

/* One step of the filter against the error; `leaked` is how much of the error is echo. */
static void adapt(toy_echo_t *echo, const toy_spectrum_t *expected, toy_spectrum_t *error, float leaked)
{
    for (unsigned k = 0; k < BINS; ++k) {
        float share = leaked * power_at(expected, k) / (power_at(error, k) + TINY);
        share = share > MOST_STEP ? MOST_STEP : share;
        share = echo->blocks < EARLY_BLOCKS && share < EARLY_STEP ? EARLY_STEP : share;
        float step = share / (echo->power[k] * PARTS + FLOOR_POWER);
        error->re[k] *= step;
        error->im[k] *= step;
    }
    for (unsigned part = 0; part < PARTS; ++part) {
        correct(&echo->filter[part], &echo->played[(echo->at + part) % PARTS], error);
    }
    mend(echo);
    echo->blocks += echo->blocks < EARLY_BLOCKS ? 1u : 0u;
}

static int16_t rounded(float value)
{
    float clipped = value > 32767.0f ? 32767.0f : value < -32768.0f ? -32768.0f : value;
    return (int16_t)(clipped < 0.0f ? clipped - 0.5f : clipped + 0.5f);
}

static void learn(toy_echo_t *echo, const float *expected, const float *error, float expected_power)
{
    toy_spectrum_t expected_bins, error_bins;
    spectrum_of_block(expected, &expected_bins);
    spectrum_of_block(error, &error_bins);
    echo->leaked = leak(echo, &expected_bins, &error_bins, expected_power, squares(error));
    adapt(echo, &expected_bins, &error_bins, echo->leaked);
}

static void clean(toy_echo_t *echo, const int16_t *speaker, int16_t *microphone)
{
    float expected[BLOCK], error[BLOCK];
    take(echo, speaker);
    expect(echo, expected);
    float expected_power = squares(expected);
    if (!(expected_power < LOST_POWER)) { /* or is no number any more */
        toy_echo_init(echo);
        memset(expected, 0, sizeof expected);
        expected_power = 0.0f;
    }
    for (unsigned i = 0; i < BLOCK; ++i) {
        error[i] = (float)microphone[i] - expected[i];
    }
    echo->learns = !echo->learns;
    if (echo->learns) {
        learn(echo, expected, error, expected_power);
    }
    float error_power = squares(error), heard_power = 0.0f;
    for (unsigned i = 0; i < BLOCK; ++i) {
        heard_power += (float)microphone[i] * (float)microphone[i];
    }
    echo->heard_mean += HEARD_RATE * (heard_power - echo->heard_mean);
    echo->left_mean += HEARD_RATE * (error_power * echo->gain * echo->gain - echo->left_mean);
    float wanted = error_power / (error_power + RESIDUE * echo->leaked * expected_power + TINY);
    for (unsigned i = 0; i < BLOCK; ++i) {
        echo->gain += GAIN_RATE * (wanted - echo->gain);
        microphone[i] = rounded(error[i] * echo->gain);
    }
}

bool toy_echo_somebody_else(const toy_echo_t *echo) { return echo->left_mean >= OWN_SHARE * echo->heard_mean; }

bool toy_echo_frame(toy_echo_t *echo, const int16_t speaker[TOY_FRAME_SAMPLES], int16_t microphone[TOY_FRAME_SAMPLES])
{
    bool sounds = false;
    for (unsigned i = 0; i < TOY_FRAME_SAMPLES; ++i) {
        sounds |= speaker[i] > QUIET || speaker[i] < -QUIET;
    }
    if (sounds) {
        echo->hang_frames = TOY_ECHO_HANG_FRAMES;
    } else if (echo->hang_frames == 0) {
        echo->heard_mean = echo->left_mean = 0.0f;
        return false;
    } else {
        --echo->hang_frames;
    }
    for (unsigned at = 0; at < TOY_FRAME_SAMPLES; at += BLOCK) {
        clean(echo, speaker + at, microphone + at);
    }
    return true;
}
