/* nod.h - the small sound with which the toy shows that it has understood and thinks.
 * In      when a question ended, when the answer came; the phrase bank's hums
 * Out     a hum, when the answer will take longer; frames of it until the answer sounds
 * Memory  about 100 bytes
 * Errors  none; without hums it is silent
 * It learns from the last answers how long the next one takes: beside a quick base station it keeps quiet. */
#ifndef TOY_APP_NOD_H
#define TOY_APP_NOD_H

#include <stdbool.h>
#include <stdint.h>

#include "app/phrases.h"
#include "app/speech.h"

#define TOY_NOD_RING_FRAMES 4u
#define TOY_NOD_SOON_MS 120u /* an answer within this time after the question needs no hum */

typedef struct {
    toy_phrases_t *phrases;
    toy_speech_t speech;
    uint32_t ended_ms;    /* when the question ended */
    uint32_t expected_ms; /* how long answers took lately */
    bool waits;           /* for an answer */
    bool hummed;          /* in this turn */
    uint8_t rings;        /* frames for which the room still sounds of it */
} toy_nod_t;

void toy_nod_init(toy_nod_t *nod, toy_phrases_t *phrases);

/* The question has ended. */
void toy_nod_wait(toy_nod_t *nod, uint32_t now_ms);

/* While the answer is awaited: fills a frame of the hum, or leaves it alone when there is none (any more). */
void toy_nod_frame(toy_nod_t *nod, uint32_t now_ms, int16_t samples[TOY_FRAME_SAMPLES]);

/* Whether the hum is being played, or has just been: the room still rings. */
bool toy_nod_sounds(const toy_nod_t *nod);

/* The answer sounds: the hum is over, and how long it took is remembered. */
void toy_nod_answered(toy_nod_t *nod, uint32_t now_ms);

/* Quiet at once. */
void toy_nod_stop(toy_nod_t *nod);

#endif
