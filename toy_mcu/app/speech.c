#include "app/speech.h"

#include <string.h>

void toy_speech_init(toy_speech_t *speech, const toy_phrases_t *phrases)
{
    memset(speech, 0, sizeof *speech);
    speech->phrases = phrases;
}

void toy_speech_hush(toy_speech_t *speech) { toy_speech_init(speech, speech->phrases); }

toy_status_t toy_speech_say(toy_speech_t *speech, uint32_t index)
{
    if (index >= speech->phrases->count) {
        return TOY_ERR_EMPTY;
    }
    if (speech->count == TOY_SPEECH_MOST) {
        return TOY_ERR_FULL;
    }
    speech->waiting[speech->count++] = (uint16_t)index;
    return TOY_OK;
}

toy_status_t toy_phrases_say_digits(toy_speech_t *speech, const char *digits, size_t count)
{
    if (count > (size_t)(TOY_SPEECH_MOST - speech->count)) {
        return TOY_ERR_FULL;
    }
    for (size_t i = 0; i < count; ++i) {
        if (digits[i] < '0' || digits[i] > '9') {
            return TOY_ERR_ARG;
        }
    }
    for (size_t i = 0; i < count; ++i) {
        TOY_TRY(toy_speech_say(speech, (uint32_t)(digits[i] - '0')));
    }
    return TOY_OK;
}

static uint32_t some_silence(toy_speech_t *speech, int16_t *samples, uint32_t room)
{
    uint32_t count = speech->breath < room ? speech->breath : room;
    memset(samples, 0, count * sizeof *samples);
    speech->breath -= count;
    return count;
}

static uint32_t some_sound(toy_speech_t *speech, int16_t *samples, uint32_t room)
{
    toy_phrase_t phrase;
    toy_ignore(toy_phrases_get(speech->phrases, speech->waiting[speech->at], &phrase));
    uint32_t bytes = phrase.adpcm_bytes - speech->byte;
    bytes = bytes < room / 2u ? bytes : room / 2u;
    toy_ignore(toy_adpcm_decode(&speech->codec, phrase.adpcm + speech->byte, samples, bytes));
    speech->byte += bytes;
    if (speech->byte == phrase.adpcm_bytes) {
        ++speech->at;
        speech->byte = 0;
        speech->codec = (toy_adpcm_t){0, 0};
        speech->breath = speech->at < speech->count ? TOY_SPEECH_BREATH_SAMPLES : 0u;
    }
    return 2u * bytes;
}

bool toy_speech_next(toy_speech_t *speech, int16_t samples[TOY_FRAME_SAMPLES])
{
    if (speech->at == speech->count) {
        return false;
    }
    uint32_t done = 0;
    while (done < TOY_FRAME_SAMPLES && speech->at < speech->count) {
        uint32_t room = TOY_FRAME_SAMPLES - done;
        done += speech->breath > 0u ? some_silence(speech, samples + done, room)
                                    : some_sound(speech, samples + done, room);
    }
    memset(samples + done, 0, (TOY_FRAME_SAMPLES - done) * sizeof *samples);
    return true;
}
