#include "rp2350/logic/microphone.h"

enum { MEAN_FRACTION = 16, MEAN_SHIFT = 9, UNUSED_BITS = 8, TO_16_BITS = 8 };

static int32_t sample_of(const rp_microphone_t *mic, const uint32_t *words, uint32_t i)
{
    return (int32_t)words[2u * i + (mic->right ? 1u : 0u)] >> UNUSED_BITS;
}

/* Or the first 100 ms would be one thump. */
static void settle(rp_microphone_t *mic, const uint32_t *words)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < TOY_FRAME_SAMPLES; ++i) {
        sum += sample_of(mic, words, i);
    }
    mic->mean = sum / TOY_FRAME_SAMPLES * (1 << MEAN_FRACTION);
    mic->settled = true;
}

void rp_microphone_frame(rp_microphone_t *mic, const uint32_t words[RP_MIC_FRAME_WORDS],
                         int16_t samples[TOY_FRAME_SAMPLES])
{
    if (!mic->settled) {
        settle(mic, words);
    }
    for (uint32_t i = 0; i < TOY_FRAME_SAMPLES; ++i) {
        const int32_t raw = sample_of(mic, words, i);
        mic->mean += ((int64_t)raw * (1 << MEAN_FRACTION) - mic->mean) >> MEAN_SHIFT;
        const int32_t sound = raw - (int32_t)(mic->mean >> MEAN_FRACTION);
        const int32_t loud = sound >> (TO_16_BITS - (int)RP_MIC_GAIN_BITS);
        samples[i] = (int16_t)(loud > INT16_MAX ? INT16_MAX : loud < INT16_MIN ? INT16_MIN : loud);
    }
}
