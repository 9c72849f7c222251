/* gateway.h - where app meets the secure world: what it may ask about the toy's household, and nothing of its keys.
 * In      "the paw was held", "forget"; link's frames go through link/cipher.h instead
 * Out     what to show and to speak; the six digits are spoken aloud, so they are no secret from app
 * Memory  toy_household_state_t, copied out; no pointer into the secure world
 * Errors  forget: TOY_ERR_PORT, the store refused: the key is gone from memory all the same */
#ifndef TOY_SECURE_GATEWAY_H
#define TOY_SECURE_GATEWAY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

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

#endif
