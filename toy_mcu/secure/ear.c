#include "secure/ear.h"

#include <string.h>

#define FRAME_BYTES (TOY_FRAME_SAMPLES * sizeof(int16_t))
#define NETWORKS_BYTES (28u * 1024u) /* as large as the budget allows */

size_t toy_ear_arena_bytes(const toy_ear_config_t *config)
{
    size_t ring = TOY_EAR_FRAMES * sizeof(toy_sound_frame_t) + TOY_ARENA_ALIGN;
    size_t echo = sizeof(toy_echo_t) + FRAME_BYTES + 2u * TOY_ARENA_ALIGN;
    return ring + (config->spotter != NULL ? echo + NETWORKS_BYTES : 0u);
}

static toy_status_t init_spotter(toy_ear_t *ear, const toy_wake_config_t *spotter, toy_arena_t *arena)
{
    toy_echo_t *echo = toy_arena_take(arena, sizeof *echo, TOY_ARENA_ALIGN);
    ear->played = toy_arena_take(arena, FRAME_BYTES, TOY_ARENA_ALIGN);
    if (echo == NULL || ear->played == NULL) {
        return TOY_ERR_MEMORY;
    }
    toy_echo_init(echo);
    memset(ear->played, 0, FRAME_BYTES);
    TOY_TRY(toy_wake_init(&ear->wake, spotter, arena));
    ear->echo = echo;
    return TOY_OK;
}

toy_status_t toy_ear_init(toy_ear_t *ear, const toy_ear_config_t *config, toy_arena_t *arena)
{
    memset(ear, 0, sizeof *ear);
    ear->open_microphone = config->open_microphone;
    toy_vad_init(&ear->vad, config->silence_ms != 0u ? config->silence_ms : TOY_VAD_SILENCE_MS);
    TOY_TRY(toy_capture_init(&ear->sound, TOY_EAR_FRAMES, arena));
    return config->spotter != NULL ? init_spotter(ear, config->spotter, arena) : TOY_OK;
}

/* ---- what may leave -------------------------------------------------------------------------------------- */

static bool is_open(const toy_ear_t *ear) { return ear->open_microphone || ear->open_frames > 0u; }

toy_status_t toy_ear_take(const toy_ear_t *ear, uint32_t number, toy_sound_frame_t *frame)
{
    const toy_sound_frame_t *kept = toy_capture_get(&ear->sound, number);
    if (!is_open(ear)) {
        return TOY_ERR_AUTH;
    }
    if (kept == NULL) {
        return TOY_ERR_EMPTY;
    }
    *frame = *kept;
    return TOY_OK;
}

void toy_ear_play(toy_ear_t *ear, size_t from, const uint8_t *bytes, size_t count)
{
    if (ear->echo != NULL) {
        memcpy((uint8_t *)ear->played + from, bytes, count);
    }
}

void toy_ear_call(toy_ear_t *ear) { ear->open_frames = ear->muted ? 0u : TOY_EAR_OPEN_FRAMES; }

void toy_ear_settle(toy_ear_t *ear) { toy_vad_forget(&ear->vad); }

void toy_ear_forget(toy_ear_t *ear)
{
    toy_ear_settle(ear);
    toy_capture_forget(&ear->sound);
}

void toy_ear_close(toy_ear_t *ear)
{
    toy_ear_forget(ear);
    ear->open_frames = 0u;
}

void toy_ear_mute(toy_ear_t *ear, bool on)
{
    ear->muted = on;
    toy_ear_close(ear);
}

static void grow_deaf(toy_ear_t *ear)
{
    if (ear->open_frames > 0u && --ear->open_frames == 0u) {
        toy_ear_close(ear);
    }
}

/* ---- a frame --------------------------------------------------------------------------------------------- */

static void clean(toy_ear_t *ear, int16_t samples[TOY_FRAME_SAMPLES])
{
    if (ear->echo != NULL) {
        (void)toy_echo_frame(ear->echo, ear->played, samples);
    }
}

static void spot(toy_ear_t *ear, const int16_t samples[TOY_FRAME_SAMPLES], const toy_heed_t *heed,
                 toy_heard_t *heard)
{
    toy_wake_result_t result;
    bool speaks = (heed->flags & TOY_HEED_SPEAKS) != 0u;
    /* While it speaks the question whether anybody is heard has no answer: the networks run all the time. */
    bool voiced = speaks || ear->vad.speaking;
    toy_wake_step(&ear->wake, samples, heard->number * TOY_FRAME_SAMPLES, voiced, heed->listens_for, &result);
    if (speaks && !toy_echo_somebody_else(ear->echo)) {
        return; /* its own "stop", in a story */
    }
    heard->woken = result.woken;
    heard->wake_score = result.wake_score;
    heard->command = (int8_t)result.command;
    heard->command_score = result.command_score;
    if (result.woken) {
        toy_ear_call(ear);
    }
}

static void listen(toy_ear_t *ear, const int16_t samples[TOY_FRAME_SAMPLES], const toy_heed_t *heed,
                   toy_heard_t *heard)
{
    bool overhears = (heed->flags & TOY_HEED_SPEAKS) != 0u && ear->echo != NULL;
    if ((heed->flags & TOY_HEED_KEEPS) != 0u || overhears) {
        toy_capture_add(&ear->sound, heard->number, samples);
    }
    if ((heed->flags & TOY_HEED_JUDGES) != 0u) {
        heard->onset = toy_vad_frame(&ear->vad, samples, heard->number * TOY_FRAME_SAMPLES) == TOY_VAD_ONSET;
    }
    if (ear->echo != NULL) {
        spot(ear, samples, heed, heard);
    }
}

static bool is_zeros(const int16_t samples[TOY_FRAME_SAMPLES])
{
    unsigned i = 0;
    while (i < TOY_FRAME_SAMPLES && samples[i] == 0) {
        ++i;
    }
    return i == TOY_FRAME_SAMPLES;
}

void toy_ear_hear(toy_ear_t *ear, const int16_t samples[TOY_FRAME_SAMPLES], const toy_heed_t *heed,
                  toy_heard_t *heard)
{
    int16_t cleaned[TOY_FRAME_SAMPLES];
    *heard = (toy_heard_t){.number = ear->number++, .command = TOY_INTENT_NONE, .zeros = is_zeros(samples)};
    grow_deaf(ear);
    if ((heed->flags & TOY_HEED_DEAF) == 0u && !ear->muted) {
        memcpy(cleaned, samples, sizeof cleaned);
        clean(ear, cleaned);
        /* At rest nothing is to be taken out, and what the filter still expects would be heard as a voice. */
        listen(ear, (heed->flags & TOY_HEED_SOUNDS) != 0u ? cleaned : samples, heed, heard);
    }
    heard->first = ear->sound.first;
    heard->next = ear->sound.next;
    heard->onset_sample = ear->vad.onset_sample;
    heard->voiced_end_sample = ear->vad.voiced_end_sample;
    heard->silence_samples = ear->vad.silence_frames * TOY_FRAME_SAMPLES;
    heard->snr_db = (int8_t)toy_vad_snr_db(&ear->vad);
    heard->speaking = ear->vad.speaking;
    heard->open = ear->open_frames > 0u;
}

/* ---- for app, in the same world -------------------------------------------------------------------------- */

static void hear(void *context, const int16_t samples[TOY_FRAME_SAMPLES], const toy_heed_t *heed, toy_heard_t *heard)
{
    toy_ear_hear(context, samples, heed, heard);
}

static void play(void *context, const int16_t samples[TOY_FRAME_SAMPLES])
{
    toy_ear_play(context, 0u, (const uint8_t *)samples, FRAME_BYTES);
}

static toy_status_t take(void *context, uint32_t number, toy_sound_frame_t *frame)
{
    return toy_ear_take(context, number, frame);
}

static void settle(void *context) { toy_ear_settle(context); }
static void forget(void *context) { toy_ear_forget(context); }
static void close(void *context) { toy_ear_close(context); }
static void called(void *context) { toy_ear_call(context); }

toy_ears_t toy_ear_ears(toy_ear_t *ear)
{
    return (toy_ears_t){ear, ear->echo != NULL, hear, play, take, settle, forget, close, called};
}
