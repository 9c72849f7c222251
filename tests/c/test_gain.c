#include "audio/gain.h"
#include "toy_test.h"

static int16_t frame[TOY_FRAME_SAMPLES];

static void fill(int16_t size)
{
    for (unsigned i = 0; i < TOY_FRAME_SAMPLES; ++i) {
        frame[i] = (int16_t)((i / 8u) % 2u ? size : -size);
    }
}

static int peak(void)
{
    int most = 0;
    for (unsigned i = 0; i < TOY_FRAME_SAMPLES; ++i) {
        int size = frame[i] < 0 ? -frame[i] : frame[i];
        most = size > most ? size : most;
    }
    return most;
}

static void full_volume_leaves_quiet_sound_alone(void)
{
    toy_gain_t gain;
    toy_gain_init(&gain, 100);
    for (int round = 0; round < 10; ++round) {
        fill(10000);
        toy_gain_frame(&gain, frame);
        TOY_CHECK_INT(peak(), 10000);
        TOY_CHECK_INT(frame[0], -10000);
    }
}

static void half_volume_is_a_quarter_of_the_amplitude(void)
{
    toy_gain_t gain;
    toy_gain_init(&gain, 50);
    fill(10000);
    toy_gain_frame(&gain, frame);
    TOY_CHECK_INT(peak(), 2500);
    toy_gain_volume(&gain, 0);
    fill(10000);
    toy_gain_frame(&gain, frame);
    TOY_CHECK_INT(frame[TOY_FRAME_SAMPLES - 1], 0);
}

static void nothing_passes_the_maximum(void)
{
    toy_gain_t gain;
    toy_gain_init(&gain, 255); /* from outside, so clamped to 100 */
    TOY_CHECK_INT(gain.percent, 100);
    uint32_t noise = 1;
    for (int round = 0; round < 200; ++round) {
        for (unsigned i = 0; i < TOY_FRAME_SAMPLES; ++i) {
            noise = noise * 1664525u + 1013904223u;
            frame[i] = (int16_t)(noise >> 16);
        }
        frame[0] = INT16_MIN;
        toy_gain_frame(&gain, frame);
        TOY_CHECK(peak() <= TOY_GAIN_MAX_PEAK);
    }
}

static void a_limited_peak_is_not_squared_off_and_the_gain_comes_back(void)
{
    toy_gain_t gain;
    toy_gain_init(&gain, 100);
    fill(0);
    toy_gain_frame(&gain, frame);
    for (unsigned i = 0; i < TOY_FRAME_SAMPLES; ++i) {
        frame[i] = (int16_t)(i * 100u); /* a ramp up to 31,900 */
    }
    toy_gain_frame(&gain, frame);
    TOY_CHECK(frame[300] < frame[310] && frame[310] < frame[319]); /* still a ramp at its top */
    for (int round = 0; round < 400; ++round) {
        fill(1000);
        toy_gain_frame(&gain, frame);
    }
    TOY_CHECK_INT(peak(), 1000);
}

int main(void)
{
    TOY_RUN(full_volume_leaves_quiet_sound_alone);
    TOY_RUN(half_volume_is_a_quarter_of_the_amplitude);
    TOY_RUN(nothing_passes_the_maximum);
    TOY_RUN(a_limited_peak_is_not_squared_off_and_the_gain_comes_back);
    TOY_DONE();
}
