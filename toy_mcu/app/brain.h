/* brain.h - whoever answers a question: the base station at home, or the toy by itself.
 * In      begin: a question has begun, its sound is in `sound` from first_frame on and keeps arriving there
 *         feed: called after each frame of the question, and with its end; again after that when it goes on after all
 *         cancel: the turn is over before its time; reason as in the abort message
 * Out     next_audio: called once for each frame of the speaker, after the end of the question
 * Memory  the brain's own context
 * Errors  begin, feed: TOY_ERR_STATE when this brain cannot (or can no longer) answer */
#ifndef TOY_APP_BRAIN_H
#define TOY_APP_BRAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "app/hearing.h"
#include "base/status.h"
#include "wake/intent.h"

#define TOY_UNDERSTOOD_MOST 8u

/* A word that the toy's own spotter made out. */
typedef struct {
    toy_intent_t intent;
    uint8_t confidence; /* 0..100 */
} toy_understood_t;

typedef struct {
    uint16_t turn;
    uint8_t reason; /* enum toy_wake_reason */
    uint8_t score;  /* of the wake word, 0..255 */
    int8_t snr_db;
    uint32_t first_frame; /* pre-roll included */
    uint32_t woken_frame; /* when the turn was opened */
    const toy_hearing_t *sound;
    bool handed_over; /* another brain began this turn and failed */
} toy_question_t;

typedef struct {
    uint8_t reason;             /* enum toy_end_reason */
    uint32_t next_frame;        /* just after the question's last frame */
    uint32_t voiced_end_sample; /* just after its last voiced sample */
    toy_understood_t words[TOY_UNDERSTOOD_MOST];
    uint8_t words_count;
} toy_question_end_t;

typedef enum {
    TOY_ANSWER_WAIT,  /* not yet, or a gap */
    TOY_ANSWER_SOUND, /* the frame was filled */
    TOY_ANSWER_DONE,  /* all was said */
    TOY_ANSWER_ASKED, /* likewise, and it was a question: the toy listens on, for the same brain */
    TOY_ANSWER_SLEEPS, /* likewise, and it was a good night: the toy falls asleep */
    TOY_ANSWER_LOST   /* this brain will not answer any more */
} toy_answer_t;

typedef struct {
    const char *name; /* "remote" or "local" */
    void *context;
    toy_status_t (*begin)(void *context, const toy_question_t *question);
    toy_status_t (*feed)(void *context, const toy_question_end_t *end); /* end: NULL while more is to come */
    toy_answer_t (*next_audio)(void *context, int16_t samples[TOY_FRAME_SAMPLES]);
    void (*cancel)(void *context, uint8_t reason);
} toy_brain_t;

#endif
