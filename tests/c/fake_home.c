#include "fake_home.h"

#include <string.h>

#include "link/null_cipher.h"

static int triangle(uint32_t at, uint32_t period, int size)
{
    int phase = (int)(at % period) * 4 * size / (int)period;
    return phase < size ? phase : phase < 3 * size ? 2 * size - phase : phase - 4 * size;
}

void fake_sound_frame(fake_sound_t sound, uint32_t first_sample, uint32_t *noise, int16_t *samples)
{
    for (unsigned i = 0; i < TOY_FRAME_SAMPLES; ++i) {
        uint32_t at = first_sample + i;
        *noise = *noise * 1664525u + 1013904223u;
        int value = sound == FAKE_ZEROS ? 0 : (int)(*noise >> 27) - 16;
        if (sound == FAKE_VOICE) { /* 250 Hz, five syllables a second */
            value += triangle(at, 64, 5000) * (triangle(at, 3200, 50) + 50) / 100;
        }
        samples[i] = (int16_t)value;
    }
}

static void on_event(void *context, const toy_event_t *event)
{
    fake_home_t *home = context;
    switch (event->kind) {
    case TOY_EVENT_STATE:
        if (home->states_count < FAKE_HOME_STATES) {
            home->states[home->states_count++] = event->number;
        }
        home->last_turn = event->turn;
        break;
    case TOY_EVENT_ERROR:
        ++home->errors[event->number];
        break;
    case TOY_EVENT_PLAYBACK:
        home->playback_done += event->number == 0u;
        home->playback_interrupted += event->number == 1u;
        break;
    case TOY_EVENT_BRAIN:
        home->brain = event->text;
        break;
    case TOY_EVENT_SAID:
        ++home->said;
        break;
    case TOY_EVENT_HEARD:
        ++home->heard;
        break;
    case TOY_EVENT_LINK:
    case TOY_EVENT_PAIRING:
        break;
    }
}

toy_config_t fake_home_config(fake_home_t *home, bool open_microphone)
{
    const toy_ear_config_t ear = {.spotter = home->spotter, .open_microphone = open_microphone};
    toy_arena_t arena;
    toy_arena_init(&arena, home->ear_memory, sizeof home->ear_memory);
    toy_ignore(toy_ear_init(&home->ear, &ear, &arena));
    home->phrases_bytes = fake_phrases_make(home->phrases);
    return (toy_config_t){
        .port = &home->port,
        .listener = {home, on_event},
        .phrases = home->phrases,
        .phrases_bytes = home->phrases_bytes,
        .name = "test",
        .cipher = toy_null_cipher(),
        .ears = toy_ear_ears(&home->ear),
        .open_microphone = open_microphone,
        .framed = true,
        .volume_percent = 100,
    };
}

void fake_home_start(fake_home_t *home, bool open_microphone, const toy_config_t *config)
{
    toy_arena_t arena;
    toy_config_t usual = fake_home_config(home, open_microphone);
    fake_base_init(&home->base);
    home->plugged = true;
    home->noise = 1;
    toy_arena_init(&arena, home->memory, sizeof home->memory);
    toy_ignore(toy_init(&home->toy, config != NULL ? config : &usual, &arena));
    fake_home_look(home);
}

bool fake_home_fresh(fake_home_t *home, bool open_microphone)
{
    memset(home, 0, sizeof *home);
    home->port.random = 42;
    fake_home_start(home, open_microphone, NULL);
    fake_home_run(home, FAKE_QUIET, 500);
    bool well = home->base.up && toy_state(home->toy) == TOY_IDLE;
    fake_home_look(home);
    return well;
}

void fake_home_without_base(fake_home_t *home)
{
    memset(home, 0, sizeof *home);
    home->port.random = 42;
    fake_home_start(home, true, NULL);
    home->plugged = false;
    fake_home_run(home, FAKE_QUIET, 1600);
    fake_home_look(home);
}

bool fake_home_saw(const fake_home_t *home, const char *letters)
{
    for (unsigned i = 0; i < home->states_count; ++i) {
        if (letters[i] == '\0' || toy_state_name(home->states[i])[0] != letters[i]) {
            return false;
        }
    }
    return letters[home->states_count] == '\0';
}

void fake_home_look(fake_home_t *home)
{
    home->states_count = home->local_frames = home->remote_frames = 0;
    home->playback_done = home->playback_interrupted = home->said = home->heard = 0;
    memset(home->errors, 0, sizeof home->errors);
    home->brain = "";
}

static void note_sound(fake_home_t *home, const int16_t *samples)
{
    int peak = 0;
    for (unsigned i = 0; i < TOY_FRAME_SAMPLES; ++i) {
        int size = samples[i] < 0 ? -samples[i] : samples[i];
        peak = size > peak ? size : peak;
    }
    home->remote_frames += peak > FAKE_BASE_PEAK / 2;
    home->local_frames += peak > FAKE_PHRASE_PEAK / 2 && peak <= FAKE_BASE_PEAK / 2;
}

static void tick(fake_home_t *home, fake_sound_t sound)
{
    static uint8_t bytes[32768];
    int16_t samples[TOY_FRAME_SAMPLES];
    size_t count = 0, used;
    home->port.now_ms += TOY_FRAME_MS;
    if (home->plugged) {
        toy_wire_receive(home->toy, home->base.out, home->base.out_bytes);
        home->base.out_bytes = 0; /* what an unplugged base says waits: this base never says anything twice */
    }
    fake_sound_frame(sound, home->samples, &home->noise, samples);
    home->samples += TOY_FRAME_SAMPLES;
    toy_mic_frame(home->toy, samples);
    toy_step(home->toy);
    toy_speaker_frame(home->toy, samples);
    note_sound(home, samples);
    while ((used = toy_wire_transmit(home->toy, bytes + count, sizeof bytes - count)) > 0u) {
        count += used;
    }
    fake_base_tick(&home->base, home->port.now_ms, bytes, home->plugged ? count : 0u);
}

void fake_home_run(fake_home_t *home, fake_sound_t sound, uint32_t ms)
{
    for (uint32_t gone = 0; gone < ms; gone += TOY_FRAME_MS) {
        tick(home, sound);
    }
}

bool fake_home_leaves(fake_home_t *home, toy_state_t state, uint32_t ms)
{
    for (uint32_t gone = 0; gone < ms && toy_state(home->toy) == state; gone += TOY_FRAME_MS) {
        tick(home, FAKE_QUIET);
    }
    return toy_state(home->toy) != state;
}

bool fake_home_ask(fake_home_t *home)
{
    fake_home_run(home, FAKE_VOICE, 1000);
    return fake_home_leaves(home, TOY_LISTENING, 1000); /* to thinking; the toy by itself thinks no time */
}

bool fake_home_until(fake_home_t *home, toy_state_t state, uint32_t ms)
{
    for (uint32_t gone = 0; gone < ms && toy_state(home->toy) != state; gone += TOY_FRAME_MS) {
        tick(home, FAKE_QUIET);
    }
    return toy_state(home->toy) == state;
}
