#include "app/alone/mouth.h"

#include <string.h>

#define SLEEPY_SPEED_PERCENT 78u /* of the usual */
#define SLEEPY_PITCH_PERCENT 92u
#define SLEEPY_LOUDNESS_Q8 110   /* 43%: -7 dB */
#define SLEEPY_BEAT_PERCENT 120u

toy_status_t toy_mouth_init(toy_mouth_t *mouth, toy_arena_t *arena)
{
    memset(mouth, 0, sizeof *mouth);
    return toy_voice_init(&mouth->voice, NULL, arena);
}

static uint16_t percent_of(uint32_t value, uint32_t percent) { return (uint16_t)(value * percent / 100u); }

void toy_mouth_say(toy_mouth_t *mouth, const char *text, toy_mood_t mood)
{
    toy_style_t style = toy_voice_plush.style;
    mouth->mood = mood;
    if (mood == TOY_MOOD_SLEEPY) {
        style.speed_percent = (uint8_t)percent_of(style.speed_percent, SLEEPY_SPEED_PERCENT);
        style.pitch_hz = percent_of(style.pitch_hz, SLEEPY_PITCH_PERCENT);
        style.beat_ms = percent_of(style.beat_ms, SLEEPY_BEAT_PERCENT);
    }
    mouth->voice.config.style = style;
    mouth->speaking = toy_voice_begin(&mouth->voice, text) == TOY_OK;
}

void toy_mouth_hush(toy_mouth_t *mouth) { mouth->speaking = false; }

bool toy_mouth_next(toy_mouth_t *mouth, int16_t samples[TOY_FRAME_SAMPLES])
{
    int16_t frame[TOY_FRAME_SAMPLES];
    if (!mouth->speaking) {
        return false;
    }
    if (toy_voice_next(&mouth->voice, frame) != TOY_OK) { /* TOY_ERR_EMPTY, but for a damaged lexicon */
        mouth->speaking = false;
        return false;
    }
    for (unsigned i = 0; i < TOY_FRAME_SAMPLES; ++i) {
        int32_t loud = mouth->mood == TOY_MOOD_SLEEPY ? SLEEPY_LOUDNESS_Q8 : 256;
        samples[i] = (int16_t)(frame[i] * loud / 256);
    }
    return true;
}
