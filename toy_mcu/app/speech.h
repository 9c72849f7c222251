/* speech.h - phrases said one after the other, with a breath between them.
 * In      phrase numbers, or a string of digits
 * Out     int16[TOY_FRAME_SAMPLES] a call until all is said
 * Memory  about 80 bytes
 * Errors  TOY_ERR_FULL more than TOY_SPEECH_MOST waiting; TOY_ERR_EMPTY no such phrase; TOY_ERR_ARG not a
 *         digit */
#ifndef TOY_APP_SPEECH_H
#define TOY_APP_SPEECH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/phrases.h"
#include "audio/codec.h"
#include "audio/format.h"

#define TOY_SPEECH_MOST 16u
#define TOY_SPEECH_BREATH_SAMPLES 2880u /* 180 ms */

typedef struct {
    const toy_phrases_t *phrases;
    uint16_t waiting[TOY_SPEECH_MOST];
    uint8_t count, at;
    uint32_t byte;     /* next one of the phrase being said */
    uint32_t breath;   /* samples of silence still to come */
    toy_adpcm_t codec;
} toy_speech_t;

void toy_speech_init(toy_speech_t *speech, const toy_phrases_t *phrases);
TOY_MUST_USE toy_status_t toy_speech_say(toy_speech_t *speech, uint32_t index);
TOY_MUST_USE toy_status_t toy_phrases_say_digits(toy_speech_t *speech, const char *digits, size_t count);
void toy_speech_hush(toy_speech_t *speech);

/* False when there is nothing (more) to say; the frame is then untouched. */
bool toy_speech_next(toy_speech_t *speech, int16_t samples[TOY_FRAME_SAMPLES]);

#endif
