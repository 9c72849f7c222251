/* The canceller: what it takes away, what it leaves, that it stays sane, and the same bits on host and Cortex-M33. */
#include "audio/echo.h"
#include "toy_test.h"

#ifdef TOY_ON_QEMU
#include "qemu_an505/instructions.h"
#endif

#define TAPS 5
#define RING 1024u /* of what was played */
#define GOLDEN_HASH 3353031403u /* as it comes out on both */

static const uint32_t TAP_AT[TAPS] = {330, 345, 402, 455, 580}; /* 20 ms of buffers, then a small room */
static const int32_t TAP_Q8[TAPS] = {128, -50, 40, -26, 15};

typedef struct {
    toy_echo_t echo;
    int16_t ring[RING], speaker[TOY_FRAME_SAMPLES], microphone[TOY_FRAME_SAMPLES], before[TOY_FRAME_SAMPLES];
    uint32_t at, noise;
    int32_t low;
} bench_t;

static bench_t bench;

static int32_t noise(void)
{
    bench.noise = bench.noise * 1664525u + 1013904223u;
    return (int32_t)(bench.noise >> 16) - 32768;
}

/* Coloured noise in syllables, as loud and as uneven as speech. */
static int16_t voice(uint32_t sample)
{
    bench.low += (noise() - bench.low) / 6;
    uint32_t place = sample % 4000u;
    int32_t size = place < 2800u ? (int32_t)(place < 1400u ? place : 2800u - place) : 0;
    return (int16_t)(bench.low * size / 1400);
}

/* One frame played and heard; `near` comes on top of the echo. */
static void frame(bool plays, const int16_t *near)
{
    for (uint32_t i = 0; i < TOY_FRAME_SAMPLES; ++i, ++bench.at) {
        bench.speaker[i] = plays ? voice(bench.at) : 0;
        bench.ring[bench.at % RING] = bench.speaker[i];
        int32_t heard = 0;
        for (unsigned tap = 0; tap < TAPS; ++tap) {
            heard += TAP_Q8[tap] * bench.ring[(bench.at - TAP_AT[tap]) % RING] / 256;
        }
        heard += noise() / 8192 + (near != NULL ? near[i] : 0);
        bench.microphone[i] = bench.before[i] = (int16_t)heard;
    }
    (void)toy_echo_frame(&bench.echo, bench.speaker, bench.microphone);
}

static void begin(void)
{
    memset(&bench, 0, sizeof bench);
    bench.noise = 7;
    toy_echo_init(&bench.echo);
}

static uint64_t energy(const int16_t *samples)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < TOY_FRAME_SAMPLES; ++i) {
        sum += (uint64_t)((int64_t)samples[i] * samples[i]);
    }
    return sum;
}

static void its_own_voice_is_gone_after_two_seconds(void)
{
    uint64_t before = 0, after = 0;
    begin();
    for (uint32_t n = 0; n < 200; ++n) {
        frame(true, NULL);
        if (n >= 100) {
            before += energy(bench.before);
            after += energy(bench.microphone);
        }
    }
    TOY_CHECK(after * 100 < before); /* 20 dB */
    TOY_CHECK(!toy_echo_somebody_else(&bench.echo));
    for (uint32_t n = 0; n < 10; ++n) { /* it has fallen silent: who is heard now is not the toy */
        frame(false, NULL);
    }
    TOY_CHECK(toy_echo_somebody_else(&bench.echo));
}

static void a_child_who_talks_over_it_is_still_heard(void)
{
    int16_t near[TOY_FRAME_SAMPLES];
    uint64_t spoken = 0, lost = 0, own = 0;
    begin();
    for (uint32_t n = 0; n < 300; ++n) {
        for (uint32_t i = 0; i < TOY_FRAME_SAMPLES; ++i) { /* a tone of 500 Hz for a second, from the fourth second on */
            near[i] = (int16_t)(n >= 200 && n < 250 ? ((n * TOY_FRAME_SAMPLES + i) % 32u < 16u ? 1500 : -1500) : 0);
        }
        frame(true, near);
        TOY_CHECK(n < 220 || n >= 250 || toy_echo_somebody_else(&bench.echo));
        if (n >= 205 && n < 250) {
            spoken += energy(near);
            for (uint32_t i = 0; i < TOY_FRAME_SAMPLES; ++i) {
                int64_t apart = bench.microphone[i] - near[i];
                lost += (uint64_t)(apart * apart);
            }
        } else if (n >= 250) { /* and the filter is not spoiled by it */
            own += energy(bench.microphone);
            spoken += 0;
        }
    }
    TOY_CHECK(lost * 4 < spoken);
    TOY_CHECK(own * 20 < spoken);
}

static void a_silent_speaker_changes_nothing(void)
{
    begin();
    for (uint32_t n = 0; n < 20; ++n) {
        int16_t near[TOY_FRAME_SAMPLES];
        for (uint32_t i = 0; i < TOY_FRAME_SAMPLES; ++i) {
            near[i] = (int16_t)(noise() / 4);
        }
        frame(false, near);
        TOY_CHECK_BYTES(bench.microphone, bench.before, sizeof bench.before);
    }
}

/* Full-scale squares, an echo louder than what was played, a microphone at its end: finite, and heals. */
static void it_survives_anything(void)
{
    static int16_t loud[TOY_FRAME_SAMPLES], microphone[TOY_FRAME_SAMPLES];
    begin();
    for (uint32_t n = 0; n < 200; ++n) {
        for (uint32_t i = 0; i < TOY_FRAME_SAMPLES; ++i) {
            loud[i] = i % 50u < 25u ? INT16_MAX : INT16_MIN;
            microphone[i] = n % 3u == 0u ? INT16_MIN : n % 3u == 1u ? INT16_MAX : (int16_t)noise();
        }
        (void)toy_echo_frame(&bench.echo, loud, microphone);
    }
    uint64_t before = 0, after = 0;
    for (uint32_t n = 0; n < 500; ++n) {
        frame(true, NULL);
        before += n >= 400 ? energy(bench.before) : 0;
        after += n >= 400 ? energy(bench.microphone) : 0;
    }
    TOY_CHECK(after * 10 < before);
}

/* The same sound for two seconds and anything at the microphone: what the filter learns of it has no bounds. */
static void it_starts_anew_when_it_has_lost_its_way(void)
{
    static int16_t played[TOY_FRAME_SAMPLES], heard[TOY_FRAME_SAMPLES];
    uint64_t before = 0, after = 0;
    begin();
    for (uint32_t n = 0; n < 4000; ++n) {
        for (uint32_t i = 0; i < TOY_FRAME_SAMPLES; ++i) {
            played[i] = n % 100u != 0u ? played[i] : n % 200u == 0u ? (int16_t)noise() : (int16_t)(i % (n / 100u + 1u) == 0u ? INT16_MAX : 0);
            heard[i] = n % 7u < 3u ? (int16_t)noise() : n % 7u < 5u ? INT16_MAX : INT16_MIN;
        }
        (void)toy_echo_frame(&bench.echo, played, heard);
        float worst = 0.0f;
        for (unsigned part = 0; part < TOY_ECHO_PARTS; ++part) {
            for (unsigned k = 0; k < TOY_SPECTRUM_BINS; ++k) {
                worst += bench.echo.filter[part].re[k] - bench.echo.filter[part].re[k]; /* not 0 of what is no number */
            }
        }
        TOY_CHECK(worst == 0.0f);
    }
    for (uint32_t n = 0; n < 500; ++n) {
        frame(true, NULL);
        before += n >= 400 ? energy(bench.before) : 0;
        after += n >= 400 ? energy(bench.microphone) : 0;
    }
    TOY_CHECK(after > 0u && after * 10 < before);
}

static void the_bits_are_the_same_everywhere(void)
{
    uint32_t hash = 2166136261u;
    begin();
    for (uint32_t n = 0; n < 100; ++n) {
        frame(n < 80, NULL);
        for (uint32_t i = 0; i < TOY_FRAME_SAMPLES; ++i) {
            hash = (hash ^ (uint16_t)bench.microphone[i]) * 16777619u;
        }
    }
    if (hash != GOLDEN_HASH) {
        printf("hash %u\n", (unsigned)hash);
    }
    TOY_CHECK(hash == GOLDEN_HASH);
}

#ifdef TOY_ON_QEMU
static void a_second_is_cheap(void)
{
    uint64_t spent = 0;
    begin();
    for (uint32_t n = 0; n < 50; ++n) {
        frame(true, NULL);
        uint64_t began = qemu_instructions();
        (void)toy_echo_frame(&bench.echo, bench.speaker, bench.microphone);
        spent += qemu_instructions() - began;
    }
    printf("bench echo_instructions_a_second %u\nbench echo_ram_bytes %u\n", (unsigned)spent, (unsigned)sizeof bench.echo);
    TOY_CHECK(spent <= 15000000u);
    TOY_CHECK(sizeof bench.echo <= 16u * 1024u);
}
#endif

int main(void)
{
    TOY_RUN(its_own_voice_is_gone_after_two_seconds);
    TOY_RUN(a_child_who_talks_over_it_is_still_heard);
    TOY_RUN(a_silent_speaker_changes_nothing);
    TOY_RUN(it_survives_anything);
    TOY_RUN(it_starts_anew_when_it_has_lost_its_way);
    TOY_RUN(the_bits_are_the_same_everywhere);
#ifdef TOY_ON_QEMU
    TOY_RUN(a_second_is_cheap);
#endif
    TOY_DONE();
}
