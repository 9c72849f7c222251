#include "audio/vad.h"
#include "toy_test.h"

/* Sounds made of integers: a hum, noise, and a "voice" (a buzz of 250 Hz whose loudness moves with the
 * syllables). */
static uint32_t noise_state;
static uint32_t clock_samples;
static toy_vad_t vad;

static int noise(int size)
{
    noise_state = noise_state * 1664525u + 1013904223u;
    return size == 0 ? 0 : (int)((noise_state >> 16) % (unsigned)(2 * size + 1)) - size;
}

static int triangle(uint32_t at, uint32_t period, int size)
{
    int phase = (int)(at % period) * 4 * size / (int)period;
    return phase < size ? phase : phase < 3 * size ? 2 * size - phase : phase - 4 * size;
}

typedef struct {
    int voice, hum, noise, offset, hiss;
} sound_t;

/* Plays a sound for so many frames; tells the frame number of the first event of that kind, or -1. */
static int play(sound_t sound, int frames, toy_vad_event_t looked_for)
{
    int seen = -1;
    for (int frame = 0; frame < frames; ++frame) {
        int16_t samples[TOY_FRAME_SAMPLES];
        for (unsigned i = 0; i < TOY_FRAME_SAMPLES; ++i) {
            uint32_t at = clock_samples + i;
            int syllable = triangle(at, 3200, 50) + 50; /* 5 a second */
            int value = sound.offset + noise(sound.noise) + triangle(at, 320, sound.hum);
            value += triangle(at, 64, sound.voice) * syllable / 100;
            value += noise(sound.hiss) * ((int)(at & 1u) * 2 - 1);
            samples[i] = (int16_t)value;
        }
        toy_vad_event_t event = toy_vad_frame(&vad, samples, clock_samples);
        clock_samples += TOY_FRAME_SAMPLES;
        if (event == looked_for && seen < 0) {
            seen = frame;
        }
    }
    return seen;
}

static void fresh(void)
{
    noise_state = 1;
    clock_samples = 0;
    toy_vad_init(&vad, TOY_VAD_SILENCE_MS);
}

static void hears_a_voice_begin_and_end_in_a_quiet_room(void)
{
    fresh();
    TOY_CHECK_INT(play((sound_t){.noise = 20}, 100, TOY_VAD_ONSET), -1);
    int onset = play((sound_t){.noise = 20, .voice = 4000}, 60, TOY_VAD_ONSET);
    TOY_CHECK(onset >= 0 && onset <= 8);
    TOY_CHECK(vad.onset_sample >= 100 * 320 && vad.onset_sample <= 106 * 320);
    int end = play((sound_t){.noise = 20}, 40, TOY_VAD_END);
    TOY_CHECK(end >= 17 && end <= 20); /* 400 ms, less what the last syllable fades */
    TOY_CHECK(vad.voiced_end_sample >= 157 * 320 && vad.voiced_end_sample <= 161 * 320);
    TOY_CHECK(toy_vad_snr_db(&vad) > 20);
}

static void needs_no_silence_before_the_first_word(void)
{
    fresh();
    int onset = play((sound_t){.noise = 20, .voice = 4000}, 30, TOY_VAD_ONSET);
    TOY_CHECK(onset >= 0 && onset <= 8);
    TOY_CHECK(vad.onset_sample <= 6 * 320);
}

static void offset_and_hum_are_not_speech(void)
{
    fresh();
    TOY_CHECK_INT(play((sound_t){.noise = 20, .offset = 6000}, 200, TOY_VAD_ONSET), -1);
    TOY_CHECK_INT(play((sound_t){.noise = 20, .offset = 6000, .hum = 300}, 100, TOY_VAD_ONSET), -1);
    TOY_CHECK(play((sound_t){.noise = 20, .offset = 6000, .hum = 300, .voice = 4000}, 40, TOY_VAD_ONSET) >= 0);
    TOY_CHECK(play((sound_t){.noise = 20, .offset = 6000, .hum = 300}, 40, TOY_VAD_END) >= 0);
}

static void loud_steady_noise_becomes_the_floor(void)
{
    fresh();
    play((sound_t){.noise = 1500}, 150, TOY_VAD_NOTHING); /* a fan: may be taken for a voice at first */
    TOY_CHECK_INT(play((sound_t){.noise = 1500}, 200, TOY_VAD_ONSET), -1);
    TOY_CHECK(!vad.speaking);
    TOY_CHECK(play((sound_t){.noise = 1500, .voice = 12000}, 50, TOY_VAD_ONSET) >= 0);
    int end = play((sound_t){.noise = 1500}, 40, TOY_VAD_END);
    TOY_CHECK(end >= 15 && end <= 20);
}

static void a_noise_that_starts_during_speech_does_not_hold_it_open(void)
{
    fresh();
    play((sound_t){.noise = 20}, 50, TOY_VAD_NOTHING);
    TOY_CHECK(play((sound_t){.noise = 20, .voice = 6000}, 50, TOY_VAD_ONSET) >= 0);
    int end = play((sound_t){.noise = 900}, 200, TOY_VAD_END);
    TOY_CHECK(end >= 0 && end < 140); /* the window of 2 s and the silence of 400 ms */
}

static void a_click_does_not_open_and_taps_do_not_hold_open(void)
{
    fresh();
    play((sound_t){.noise = 20}, 50, TOY_VAD_NOTHING);
    for (int i = 0; i < 10; ++i) {
        TOY_CHECK_INT(play((sound_t){.noise = 9000}, 1, TOY_VAD_ONSET), -1);
        TOY_CHECK_INT(play((sound_t){.noise = 20}, 9, TOY_VAD_ONSET), -1);
    }
    play((sound_t){.noise = 20, .voice = 4000}, 30, TOY_VAD_NOTHING);
    TOY_CHECK(vad.speaking);
    int ended = 0;
    for (int i = 0; i < 6; ++i) {
        ended += play((sound_t){.noise = 9000}, 1, TOY_VAD_END) >= 0;
        ended += play((sound_t){.noise = 20}, 6, TOY_VAD_END) >= 0;
    }
    TOY_CHECK_INT(ended, 1);
}

static void a_hiss_holds_the_word_open(void)
{
    fresh();
    play((sound_t){.noise = 20}, 50, TOY_VAD_NOTHING);
    play((sound_t){.noise = 20, .voice = 6000}, 30, TOY_VAD_NOTHING);
    uint32_t before = clock_samples;
    play((sound_t){.noise = 20, .hiss = 300}, 10, TOY_VAD_NOTHING); /* "...s", 26 dB below the vowel */
    TOY_CHECK_INT(vad.voiced_end_sample, before + 10 * 320);
}

static void a_pause_between_words_does_not_end_it_and_the_limit_can_be_set(void)
{
    fresh();
    play((sound_t){.noise = 20}, 50, TOY_VAD_NOTHING);
    play((sound_t){.noise = 20, .voice = 4000}, 30, TOY_VAD_NOTHING);
    TOY_CHECK_INT(play((sound_t){.noise = 20}, 12, TOY_VAD_END), -1);
    TOY_CHECK_INT(play((sound_t){.noise = 20, .voice = 4000}, 20, TOY_VAD_END), -1);
    TOY_CHECK(play((sound_t){.noise = 20}, 25, TOY_VAD_END) >= 0);
    toy_vad_init(&vad, 800);
    play((sound_t){.noise = 20, .voice = 4000}, 30, TOY_VAD_NOTHING);
    int end = play((sound_t){.noise = 20}, 60, TOY_VAD_END);
    TOY_CHECK(end >= 36 && end <= 40);
}

static void forgets_speech_but_not_the_room(void)
{
    fresh();
    play((sound_t){.noise = 1500}, 300, TOY_VAD_NOTHING);
    play((sound_t){.noise = 1500, .voice = 12000}, 20, TOY_VAD_NOTHING);
    TOY_CHECK(vad.speaking);
    toy_vad_forget(&vad);
    TOY_CHECK(!vad.speaking);
    TOY_CHECK_INT(play((sound_t){.noise = 1500}, 100, TOY_VAD_ONSET), -1);
}

int main(void)
{
    TOY_RUN(hears_a_voice_begin_and_end_in_a_quiet_room);
    TOY_RUN(needs_no_silence_before_the_first_word);
    TOY_RUN(offset_and_hum_are_not_speech);
    TOY_RUN(loud_steady_noise_becomes_the_floor);
    TOY_RUN(a_noise_that_starts_during_speech_does_not_hold_it_open);
    TOY_RUN(a_click_does_not_open_and_taps_do_not_hold_open);
    TOY_RUN(a_hiss_holds_the_word_open);
    TOY_RUN(a_pause_between_words_does_not_end_it_and_the_limit_can_be_set);
    TOY_RUN(forgets_speech_but_not_the_room);
    TOY_DONE();
}
