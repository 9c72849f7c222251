/* home.h - the toy and its household: the paw that opens pairing, the digits that it speaks, and being forgotten.
 * In      the paw, time, what the secure world says about pairing (secure/gateway.h)
 * Out     spoken digits, lights, TOY_EVENT_PAIRING
 * Memory  toy_home_t, about 120 bytes
 * A paw held for 5 s opens pairing for 60 s. The digits are said twice. */
#ifndef TOY_APP_HOME_H
#define TOY_APP_HOME_H

#include "app/speech.h"
#include "secure/gateway.h"

#define TOY_HOME_PAW_MS 5000u
#define TOY_HOME_BLINK_MS 500u
#define TOY_HOME_FORGET_MS 1000u /* for the base to hear of it */

typedef struct toy toy_t;

typedef struct {
    toy_household_state_t seen;
    toy_speech_t speech;
    bool paw_done; /* this press has opened the window already */
    bool lit;
    bool forgetting;
    uint32_t forget_ms;
} toy_home_t;

void toy_home_init(toy_t *toy);
void toy_home_step(toy_t *toy);
void toy_home_forget(toy_t *toy); /* the base says so; its key and sessions end within a second */

bool toy_home_is_speaking(const toy_t *toy);
bool toy_home_speak(toy_t *toy, int16_t samples[TOY_FRAME_SAMPLES]);

#endif
