#include "audio/gain.h"

#include "base/fixed.h"

#define RAMP_SAMPLES 64
/* After a peak the gain comes back by 1/32 of what is missing in each frame: about 0.6 s. */
#define RELEASE_SHIFT 5

void toy_gain_init(toy_gain_t *gain, uint8_t percent)
{
    toy_gain_volume(gain, percent);
    gain->current_q15 = gain->volume_q15;
}

void toy_gain_volume(toy_gain_t *gain, uint8_t percent)
{
    gain->percent = percent > 100u ? 100u : percent;
    /* Squared, because ears are logarithmic: 50 percent is -12 dB. */
    gain->volume_q15 = (int32_t)gain->percent * gain->percent * 32768 / 10000;
}

static int32_t peak_of(const int16_t *samples)
{
    int32_t peak = 0;
    for (unsigned i = 0; i < TOY_FRAME_SAMPLES; ++i) {
        int32_t size = samples[i] < 0 ? -(int32_t)samples[i] : samples[i];
        peak = size > peak ? size : peak;
    }
    return peak;
}

/* The largest gain up to the volume at which this frame's peak stays under the maximum. */
static int32_t gain_for(const toy_gain_t *gain, int32_t peak)
{
    int32_t released = gain->current_q15 + ((gain->volume_q15 - gain->current_q15) >> RELEASE_SHIFT);
    int32_t wanted = gain->volume_q15 < gain->current_q15 ? gain->volume_q15 : released + 1;
    if (wanted > gain->volume_q15) {
        wanted = gain->volume_q15;
    }
    int32_t safe = peak == 0 ? INT32_MAX : (TOY_GAIN_MAX_PEAK << 15) / peak;
    return wanted < safe ? wanted : safe;
}

void toy_gain_frame(toy_gain_t *gain, int16_t samples[TOY_FRAME_SAMPLES])
{
    int32_t from = gain->current_q15;
    int32_t to = gain_for(gain, peak_of(samples));
    for (int32_t i = 0; i < TOY_FRAME_SAMPLES; ++i) {
        int32_t now = i < RAMP_SAMPLES ? from + (to - from) * i / RAMP_SAMPLES : to;
        int32_t value = toy_scale_q15(samples[i], now);
        /* Only the first 4 ms of an attack can still get here. */
        value = value > TOY_GAIN_MAX_PEAK ? TOY_GAIN_MAX_PEAK : value;
        samples[i] = (int16_t)(value < -TOY_GAIN_MAX_PEAK ? -TOY_GAIN_MAX_PEAK : value);
    }
    gain->current_q15 = to;
}
