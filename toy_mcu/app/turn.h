/* turn.h - one turn of dialogue: when to listen, who answers, when to speak, and how it always ends in idle.
 * In      what the ears make of microphone frames, speaker frames to fill, the paw, the base's abort, time
 * Out     state events; questions to a brain, the brain's answer to the speaker
 * Memory  about 300 bytes; the sound stays with the ears
 * Errors  none: whatever fails leads to another brain or to rest within TOY_TURN_MS
 *
 *      rest --- voice, paw, wake word, invitation ---> listening --- silence, paw, 15 s ---> thinking
 *       ^                                                    ^---- more speech, unanswered ----+  |
 *       +--- all said, abort, stall of 2 s, 60 s in all ---- speaking <--- first sound ---------+
 *                                            listening <--- wake word, a new turn ---+
 *
 *  An answer that was a question opens the next turn by itself, for the brain that asked.
 *  Rest is idle, asleep (bedtime, or after a good night) or muted. The remote brain may be lost at any moment before the first sound:
 *  the local brain then takes the same question over. Later on nothing is answered a second time. */
#ifndef TOY_APP_TURN_H
#define TOY_APP_TURN_H

#include <stdbool.h>
#include <stdint.h>

#include "app/brain.h"
#include "app/events.h"
#include "app/hearing.h"
#include "app/nod.h"
#include "port/toy_port.h"

#define TOY_TURN_READY_MS 1500u     /* after start-up an open microphone waits so long for the base station */
#define TOY_TURN_LISTEN_MS 15000u   /* longest question */
#define TOY_TURN_EARLY_MS 280u      /* silence after which the base may answer; more speech takes it back */
#define TOY_TURN_REOPEN_MS 1200u    /* so long, and not once it is answered */
#define TOY_TURN_NO_SPEECH_MS 6000u /* longest wait for its first word */
#define TOY_TURN_SETTLE_MS 700u     /* after the silence, for the spotter to be sure of a word, when the toy is alone */
#define TOY_TURN_THINK_MS 8000u     /* longest wait for the first sound of the answer */
#define TOY_TURN_STALL_MS 2000u     /* longest gap within it */
#define TOY_TURN_MS 59500u          /* longest turn, so that it is over within 60 s */
#define TOY_TURN_VOICE_PREROLL 15u  /* frames before the voice was noticed: its soft beginning */
#define TOY_TURN_PAW_PREROLL 10u    /* frames before the paw: children speak while they press */
#define TOY_TURN_WAKE_PREROLL 100u  /* frames before the wake word's end: the word itself, for the second check */
#define TOY_TURN_WAKE_TAIL 3200u    /* samples by which the spotter may be ahead of the wake word's end */

typedef enum { TOY_IDLE, TOY_LISTENING, TOY_THINKING, TOY_SPEAKING, TOY_ASLEEP, TOY_MUTED } toy_state_t;

typedef struct {
    toy_port_t *port;
    toy_brain_t remote, local;
    toy_hearing_t *hearing;
    const toy_listener_t *listener;
    toy_nod_t *nod;        /* what sounds until the answer comes */
    bool open_microphone;  /* no wake word: a voice in idle opens a turn */
    uint16_t first_turn;   /* numbers count up from here, leaving out 0 */
} toy_turn_config_t;

typedef struct {
    toy_turn_config_t config;
    toy_state_t state;
    const toy_brain_t *brain; /* who answers the present turn */
    toy_question_t question;
    toy_question_end_t end;
    bool has_end;
    bool answered; /* the answer has begun: the question cannot go on any more */
    uint32_t frame;       /* number of the next microphone frame */
    uint32_t voice_frame; /* where the last voice began */
    bool voice_waits;     /* it has not been part of any turn yet */
    bool voice_heard;     /* in this question */
    toy_understood_t words[TOY_UNDERSTOOD_MOST]; /* of this question */
    uint8_t words_count;
    uint32_t counts_from; /* sample clock; a voice that ended before is not part of the question */
    bool link_is_up, muted, bedtime;
    bool dozing;          /* it said good night; the paw or the wake word wakes it, if it is not bedtime */
    uint16_t next_turn;
    uint32_t start_ms, opened_ms, entered_ms, sounded_ms;
} toy_turn_t;

void toy_turn_init(toy_turn_t *turn, const toy_turn_config_t *config);

uint8_t toy_turn_heeds(const toy_turn_t *turn); /* TOY_HEED_...: how the next frame is to be heard */
void toy_turn_hear(toy_turn_t *turn);             /* the ears have heard it */
void toy_turn_answered(toy_turn_t *turn, uint16_t number); /* the base's answer to this turn has begun */
void toy_turn_speak(toy_turn_t *turn, int16_t samples[TOY_FRAME_SAMPLES]); /* fills, with silence if need be */
void toy_turn_step(toy_turn_t *turn);                                      /* time-outs */

void toy_turn_paw(toy_turn_t *turn);                     /* opens, ends the question, or stops the answer */
void toy_turn_listen(toy_turn_t *turn, uint8_t reason);  /* enum toy_wake_reason: paw, invited, forced */
void toy_turn_woken(toy_turn_t *turn, uint8_t score);    /* the wake word has just ended; interrupts an answer */
void toy_turn_understood(toy_turn_t *turn, toy_intent_t intent, uint8_t confidence); /* a word of the question, late or not */
void toy_turn_be_told(toy_turn_t *turn);                 /* invited to be spoken to: no question */
void toy_turn_stop(toy_turn_t *turn, uint8_t reason);    /* enum toy_abort_reason */
void toy_turn_given_up(toy_turn_t *turn, uint8_t reason); /* by the base; if it could not answer, the local brain does */
void toy_turn_mute(toy_turn_t *turn, bool on);
void toy_turn_bedtime(toy_turn_t *turn, bool on);
void toy_turn_link(toy_turn_t *turn, bool up);

bool toy_turn_dozes(const toy_turn_t *turn);      /* asleep, but the paw, the wake word or a voice wakes it */
uint16_t toy_turn_number(const toy_turn_t *turn); /* 0 at rest */
const char *toy_state_name(toy_state_t state);

#endif
