/* gateway.h - where app meets the secure world: what it may ask about the toy's household and of the toy's ears, and nothing
 * of its keys nor of what was heard before somebody called.
 * In      "the paw was held", "forget"; how the next microphone frame is to be heard; link's frames go through link/cipher.h
 * Out     what to show and to speak; the six digits are spoken aloud, so they are no secret from app; what the ears make of
 *         each frame, and its sound once the toy was called
 * Memory  states and frames, copied out; no pointer into the secure world
 * Errors  forget: TOY_ERR_PORT, the store refused: the key is gone from memory all the same
 *         take: TOY_ERR_AUTH nobody has called the toy; TOY_ERR_EMPTY not held */
#ifndef TOY_SECURE_GATEWAY_H
#define TOY_SECURE_GATEWAY_H

#include <stdbool.h>
#include <stdint.h>

#include "audio/capture.h"
#include "base/status.h"

/* ---- the household -------------------------------------------------------------------------------------- */

#define TOY_PAIRING_DIGITS 6u
#define TOY_PAIRING_WINDOW_MS 60000u

typedef enum {
    TOY_PAIRING_CLOSED,
    TOY_PAIRING_OPEN,    /* the paw was held: an attempt by digits may begin */
    TOY_PAIRING_DIGITS_OUT, /* an attempt has begun: speak the digits */
    TOY_PAIRING_LOCKED   /* too many wrong tries */
} toy_pairing_phase_t;

typedef struct {
    bool paired;
    uint8_t phase;     /* toy_pairing_phase_t */
    uint8_t attempt;   /* another number: new digits */
    uint8_t successes; /* another number: a household was just found */
    uint8_t refusals;  /* another number: an attempt was just refused */
    char digits[TOY_PAIRING_DIGITS];
} toy_household_state_t;

typedef struct {
    void *context;
    void (*open_window)(void *context); /* for TOY_PAIRING_WINDOW_MS */
    void (*look)(void *context, toy_household_state_t *state);
    toy_status_t (*forget)(void *context);
} toy_household_t;

/* ---- the ears ------------------------------------------------------------------------------------------- */

enum {
    TOY_HEED_KEEPS = 1,  /* it may belong to a question: into the ring */
    TOY_HEED_JUDGES = 2, /* is it a voice? */
    TOY_HEED_SOUNDS = 4, /* the toy is being loud: its own voice is taken out first */
    TOY_HEED_SPEAKS = 8, /* it answers: the spotter runs whether or not anybody is heard, and what it hears is kept */
    TOY_HEED_DEAF = 16   /* this frame only counts */
};

typedef struct {
    uint8_t flags;       /* TOY_HEED_... */
    uint8_t listens_for; /* TOY_HEAR_... */
} toy_heed_t;

/* What the ears made of a frame. */
typedef struct {
    uint32_t number;          /* of this frame; its first sample is number * TOY_FRAME_SAMPLES */
    uint32_t first, next;     /* sound is kept of: first <= number < next */
    uint32_t onset_sample, voiced_end_sample; /* of the last speech */
    uint32_t silence_samples; /* so much silence ends a speech */
    uint16_t wake_score, command_score; /* 0..32767 */
    int8_t command;           /* toy_intent_t */
    int8_t snr_db;
    bool onset, speaking;     /* a speech has just begun; is under way */
    bool woken;               /* the wake phrase has just been heard */
    bool open;                /* the toy was called, and its turn is not over */
    bool zeros;               /* not one sample was other than 0 */
} toy_heard_t;

typedef struct {
    void *context;
    bool spots; /* there is a wake phrase, and commands */
    /* samples: of ears in the caller's own world; others have a microphone, and take none from here */
    void (*hear)(void *context, const int16_t samples[TOY_FRAME_SAMPLES], const toy_heed_t *heed, toy_heard_t *heard);
    void (*play)(void *context, const int16_t samples[TOY_FRAME_SAMPLES]); /* what the speaker was just given */
    toy_status_t (*take)(void *context, uint32_t number, toy_sound_frame_t *frame);
    void (*settle)(void *context); /* a speech under way is over */
    void (*forget)(void *context); /* likewise, and what was kept is overwritten */
    void (*close)(void *context);  /* likewise, until the toy is called again */
    void (*called)(void *context); /* app says so: only ears in its own world believe it */
} toy_ears_t;

#endif
