/* The front end against the NumPy reference, and at the edges of what a microphone can give. */
#include "toy_test.h"
#include "wake/features.h"
#include "../golden/wake.h"
#include "wake_sound.h"

static toy_features_t features;
static toy_features_scratch_t scratch;
static uint8_t bands[TOY_FEATURES_BANDS];

static void feed(const int16_t *pattern, uint32_t period, uint32_t hops)
{
    int16_t hop[TOY_FEATURES_HOP_SAMPLES];
    for (uint32_t n = 0, at = 0; n < hops; ++n) {
        for (uint32_t i = 0; i < TOY_FEATURES_HOP_SAMPLES; ++i, at = (at + 1) % period) {
            hop[i] = pattern[at];
        }
        toy_features_hop(&features, &scratch, hop, bands);
    }
}

static uint32_t total(void)
{
    uint32_t sum = 0;
    for (uint32_t b = 0; b < TOY_FEATURES_BANDS; ++b) {
        sum += bands[b];
    }
    return sum;
}

static void bands_equal_the_reference(void)
{
    wake_sound_t sound = {12345, 0};
    uint32_t hash = 2166136261u;
    toy_features_init(&features);
    for (uint32_t n = 0; n < GOLDEN_WAKE_SAMPLES / TOY_FEATURES_HOP_SAMPLES; ++n) {
        int16_t hop[TOY_FEATURES_HOP_SAMPLES];
        for (uint32_t i = 0; i < TOY_FEATURES_HOP_SAMPLES; ++i) {
            hop[i] = wake_sound_next(&sound);
        }
        toy_features_hop(&features, &scratch, hop, bands);
        hash = wake_sound_hash(hash, bands, sizeof bands);
    }
    TOY_CHECK_INT(hash, GOLDEN_WAKE_BANDS_HASH);
}

static void silence_and_offset_give_nothing(void)
{
    const int16_t patterns[] = {0, 32767, -32768, 1};
    for (uint32_t p = 0; p < 4; ++p) {
        toy_features_init(&features);
        feed(&patterns[p], 1, 200);
        TOY_CHECK(total() <= 40); /* what of a full-scale offset leaks into the lowest band */
    }
}

/* Noise at one loudness; 1 and 8 share all but the rounding. */
static void feed_noise(int32_t gain, uint32_t hops)
{
    uint32_t state = 99;
    int16_t hop[TOY_FEATURES_HOP_SAMPLES];
    toy_features_init(&features);
    while (hops-- > 0) {
        for (uint32_t i = 0; i < TOY_FEATURES_HOP_SAMPLES; ++i) {
            state = state * 1664525u + 1013904223u;
            hop[i] = (int16_t)(gain * ((int32_t)(state >> 20) - 2048));
        }
        toy_features_hop(&features, &scratch, hop, bands);
    }
}

static void gain_cancels_out(void)
{
    uint8_t of_loud[TOY_FEATURES_BANDS];
    feed_noise(8, 60);
    memcpy(of_loud, bands, sizeof bands);
    feed_noise(1, 60);
    for (uint32_t b = 0; b < TOY_FEATURES_BANDS; ++b) {
        TOY_CHECK(bands[b] - of_loud[b] <= 1 && of_loud[b] - bands[b] <= 1);
    }
}

static void a_steady_tone_fades_and_a_louder_one_rises(void)
{
    const int16_t tone[] = {0, 2000, 0, -2000}, louder[] = {0, 20000, 0, -20000};
    uint32_t band = 29; /* holds 4 kHz */
    toy_features_init(&features);
    feed(tone, 4, 300);
    TOY_CHECK(bands[band] > 30 && bands[band] < 50);
    feed(louder, 4, 2);
    TOY_CHECK(bands[band] > 130);
    feed(louder, 4, 300);
    TOY_CHECK(bands[band] > 30 && bands[band] < 50);
}

static void the_largest_swing_does_not_overflow(void)
{
    const int16_t square[] = {32767, 32767, 32767, -32768, -32768, -32768}, nyquist[] = {32767, -32768};
    toy_features_init(&features);
    feed(square, 6, 50); /* UBSan watches on the host */
    feed(nyquist, 2, 50);
    feed(square, 6, 1);
    TOY_CHECK(total() > 0);
}

int main(void)
{
    TOY_RUN(bands_equal_the_reference);
    TOY_RUN(silence_and_offset_give_nothing);
    TOY_RUN(gain_cancels_out);
    TOY_RUN(a_steady_tone_fades_and_a_louder_one_rises);
    TOY_RUN(the_largest_swing_does_not_overflow);
    TOY_DONE();
}
