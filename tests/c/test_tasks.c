/* What single tasks cost per 20 ms frame on the Cortex-M33: lines `task NAME frames=N mean=N most=N` for tests/budget.py.
 * On the host it only runs the same calls under the sanitizers. */
#include "audio/codec.h"
#include "audio/decimate.h"
#include "audio/echo.h"
#include "audio/gain.h"
#include "audio/vad.h"
#include "fake_home.h"
#include "link/frame.h"
#include "toy_test.h"
#ifdef HAS_WAKE
#include "wake/wake.h"
#endif

#ifdef TOY_ON_QEMU
#include "qemu_an505/instructions.h"
#else
static uint64_t qemu_instructions(void) { return 0u; }
#endif

enum { FRAMES = 200 };

static int16_t sound[TOY_FRAME_SAMPLES], wide[TOY_DECIMATE_MAX_SAMPLES], out[TOY_FRAME_SAMPLES];
static uint8_t adpcm[TOY_FRAME_ADPCM_BYTES], wire[TOY_FRAME_WIRE_MAX_BYTES], frame[200];
static size_t wire_bytes;
static unsigned arrived;
static uint32_t now;

static toy_vad_t vad;
static toy_adpcm_t encoder, decoder;
static toy_gain_t gain;
static toy_decimate_t decimate;
static toy_frame_decoder_t unframe;
static toy_echo_t echo;

static void run_vad(void) { (void)toy_vad_frame(&vad, sound, now); }
static void run_echo(void)
{
    memcpy(out, sound, sizeof out);
    TOY_CHECK(toy_echo_frame(&echo, sound, out));
}
static void run_encode(void) { toy_adpcm_encode(&encoder, sound, adpcm, sizeof adpcm); }
static void run_decode(void) { TOY_CHECK_INT(toy_adpcm_decode(&decoder, adpcm, out, sizeof adpcm), TOY_OK); }
static void run_gain(void) { toy_gain_frame(&gain, out); }
static void run_decimate(void) { TOY_CHECK_INT(toy_decimate(&decimate, wide, TOY_DECIMATE_MAX_SAMPLES, out), TOY_OK); }
static void run_frame(void)
{
    TOY_CHECK_INT(toy_frame_encode(frame, sizeof frame, wire, sizeof wire, &wire_bytes), TOY_OK);
}
static void on_frame(void *context, uint8_t *bytes, size_t count)
{
    (void)context, (void)bytes;
    arrived += count == sizeof frame;
}
static void run_unframe(void) { toy_frame_decoder_feed(&unframe, wire, wire_bytes, on_frame, NULL); }

#ifdef HAS_WAKE
static toy_wake_t wake;
static uint64_t wake_memory[40u * 1024u / 8u];
static void run_wake(void)
{
    toy_wake_result_t result;
    toy_wake_step(&wake, sound, now, true, ~0u, &result);
}
static void run_wake_asleep(void)
{
    toy_wake_result_t result;
    toy_wake_step(&wake, sound, now, false, ~0u, &result);
}
static toy_features_t features;
static toy_features_scratch_t scratch;
static void run_features(void)
{
    uint8_t bands[TOY_FEATURES_BANDS];
    toy_features_hop(&features, &scratch, sound, bands);
    toy_features_hop(&features, &scratch, sound + TOY_FEATURES_HOP_SAMPLES, bands);
}
#endif

static void measure(const char *name, void (*task)(void))
{
    uint64_t sum = 0, most = 0;
    uint32_t noise = 1;
    for (uint32_t i = 0; i < FRAMES; ++i) {
        fake_sound_frame(FAKE_VOICE, now, &noise, sound);
        memcpy(wide, sound, sizeof sound);
        now += TOY_FRAME_SAMPLES;
        uint64_t began = qemu_instructions();
        task();
        uint64_t spent = qemu_instructions() - began;
        sum += spent;
        most = spent > most ? spent : most;
    }
    printf("task %s frames=%d mean=%u most=%u\n", name, (int)FRAMES, (unsigned)(sum / FRAMES), (unsigned)most);
}

static void every_task_is_measured(void)
{
    toy_vad_init(&vad, TOY_VAD_SILENCE_MS);
    toy_gain_init(&gain, 100);
    toy_decimate_init(&decimate);
    toy_echo_init(&echo);
    toy_frame_decoder_init(&unframe);
    for (size_t i = 0; i < sizeof frame; ++i) {
        frame[i] = (uint8_t)(i * 37u);
    }
    measure("vad", run_vad);
    measure("codec_encode", run_encode);
    measure("codec_decode", run_decode);
    measure("gain", run_gain);
    measure("decimate", run_decimate);
    measure("echo", run_echo);
    measure("link_frame", run_frame);
    measure("link_unframe", run_unframe);
    TOY_CHECK_INT(arrived, FRAMES);
}

static void the_spotter_is_measured(void)
{
#ifdef HAS_WAKE
    const toy_wake_config_t config = {toy_wake_phrase_model, toy_wake_phrase_model_bytes, toy_wake_commands_model,
                                      toy_wake_commands_model_bytes};
    toy_arena_t arena;
    toy_arena_init(&arena, wake_memory, sizeof wake_memory);
    TOY_CHECK_INT(toy_wake_init(&wake, &config, &arena), TOY_OK);
    toy_features_init(&features);
    measure("wake_asleep", run_wake_asleep);
    measure("wake", run_wake);
    measure("features", run_features);
    printf("arena wake=%u\n", (unsigned)arena.used_bytes);
#endif
}

int main(void)
{
    TOY_RUN(every_task_is_measured);
    TOY_RUN(the_spotter_is_measured);
    TOY_DONE();
}
