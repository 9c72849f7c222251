/* faults.h - what can go wrong, and the safe state that each leads to; told once until it is over.
 * In      observations: microphone frames, the button, the flow of the link; raise and clear from elsewhere
 * Out     an error event to the port, an error message waiting for the base station, active faults as bits
 * Memory  about 60 bytes
 *
 *  fault         how it is seen                    safe state
 *  PHRASES       the phrase blob fails its check   remote answers only, silence offline, amber light
 *  MICROPHONE    5 s of exact zeros                no turn opens by itself, one under way ends as "no speech";
 *                                                  over with the first sample that is not zero
 *  CAPTURE_FULL  link slower than the microphone   the sound ring keeps the newest; the local brain answers
 *  BUTTON        held for more than 30 s           the paw is ignored until it is let go
 *  LINK_FLOOD    more bytes than any cable brings  those are dropped; sound and paw go on
 *  HUNG          no microphone frame for 1 s       the watchdog starves, and the port restarts the toy
 *  STORE         the port refuses to keep a record it is kept in memory and lost with the power
 *  CREDIT        more reply audio than granted     the frames beyond it are dropped, the reply is cut
 *  REPLY         a reply in an unknown codec       the local brain answers
 *  CONTENT       the content blob fails its check  offline there is an excuse from the phrase bank and no more
 *  STORY         the story model fails its check   offline stories are told from the content
 */
#ifndef TOY_APP_FAULTS_H
#define TOY_APP_FAULTS_H

#include <stdbool.h>
#include <stdint.h>

#include "app/events.h"
#include "audio/format.h"
#include "port/toy_port.h"

typedef enum {
    TOY_FAULT_NONE,
    TOY_FAULT_PHRASES,
    TOY_FAULT_MICROPHONE,
    TOY_FAULT_CAPTURE_FULL,
    TOY_FAULT_BUTTON,
    TOY_FAULT_LINK_FLOOD,
    TOY_FAULT_HUNG,
    TOY_FAULT_STORE,
    TOY_FAULT_CREDIT,
    TOY_FAULT_REPLY,
    TOY_FAULT_CONTENT,
    TOY_FAULT_STORY,
    TOY_FAULTS
} toy_fault_t;

#define TOY_FAULT_ZEROS_MS 5000u
#define TOY_FAULT_BUTTON_MS 30000u
#define TOY_FAULT_HUNG_MS 1000u

typedef struct {
    toy_port_t *port;
    const toy_listener_t *listener;
    uint32_t active;   /* one bit a fault */
    uint32_t untold;   /* not yet sent to the base station */
    uint16_t turn[TOY_FAULTS];
    uint32_t zeros_ms;
    bool button_down;
    uint32_t button_ms; /* since when */
    uint32_t heard_ms;  /* last microphone frame */
} toy_faults_t;

void toy_faults_init(toy_faults_t *faults, toy_port_t *port, const toy_listener_t *listener);
void toy_faults_raise(toy_faults_t *faults, toy_fault_t fault, uint16_t turn);
void toy_faults_clear(toy_faults_t *faults, toy_fault_t fault);
bool toy_faults_is_active(const toy_faults_t *faults, toy_fault_t fault);
const char *toy_fault_text(toy_fault_t fault);

/* A frame of the microphone; zeros: nothing else was in it, which means nothing while muted. */
void toy_faults_hear(toy_faults_t *faults, bool muted, bool zeros);
void toy_faults_button(toy_faults_t *faults, bool down);

/* Once a round. True: all is alive, the watchdog may be fed. */
bool toy_faults_step(toy_faults_t *faults);

/* The next one to send, or TOY_FAULT_NONE; it counts as told from now on. */
toy_fault_t toy_faults_untold(toy_faults_t *faults);

#endif
