/* pairing.h - how a toy finds its household: the toy's half of CPace, one attempt at a time.
 * In      pairing steps as link got them; the paw held; whether this link is a cable
 * Out     answers; at the end the key of the pairing, once
 * Memory  toy_pairing_t, about 250 bytes, secret
 * Errors  TOY_ERR_AUTH and TOY_ERR_STATE: no answer at all; refusals with a reason are answers
 * Source  protocol/SPEC.md "Pairing"
 *
 *  ASK --(window, or a cable)--> digits are drawn and spoken --POINT--> point and tag go back --TAG--> paired
 *
 *  A POINT is a guess, counted before it is answered and forgiven by the right TAG. Every third wrong one locks
 *  pairing by digits: 60 s, then 120 s, 240 s and so on. The count survives a power cycle, and the lock begins anew then. */
#ifndef TOY_SECURE_PAIRING_H
#define TOY_SECURE_PAIRING_H

#include "port/toy_port.h"
#include "secure/cpace.h"
#include "secure/gateway.h"

#define TOY_PAIRING_ATTEMPT_MS 60000u
#define TOY_PAIRING_BUSY_MS 10000u /* an attempt as young as this is not replaced by another */
#define TOY_PAIRING_LOCK_MS 60000u
#define TOY_PAIRING_TRIES 3u
#define TOY_PAIRING_LOCK_DOUBLINGS 10u
#define TOY_PAIRING_SESSION_BYTES 16u
#define TOY_PAIRING_ANSWER_MAX_BYTES 65u

enum { TOY_RECORD_TRIES = 4 };

enum { TOY_PAIR_ASK = 1, TOY_PAIR_POINT = 3, TOY_PAIR_TAG = 5 }; /* the answers are one higher */
enum { TOY_PAIR_BY_CABLE = 0, TOY_PAIR_BY_DIGITS = 1 };
enum {
    TOY_PAIR_OK = 0,
    TOY_PAIR_NO_WINDOW = 1, /* the paw was not held */
    TOY_PAIR_LOCKED = 2,    /* wait: seconds u16 behind it */
    TOY_PAIR_TAKEN = 3,     /* by another household; hold the paw */
    TOY_PAIR_NO_CABLE = 4,
    TOY_PAIR_BUSY = 5,
    TOY_PAIR_WRONG = 6
};

typedef struct {
    toy_port_t *port;
    bool cable; /* who is on this link holds the toy in their hands */
    bool window, running, answered;
    uint8_t method, attempt, successes, refusals, wrong_tries;
    uint8_t id[8]; /* of the running attempt */
    char digits[TOY_PAIRING_DIGITS];
    uint32_t window_ms, began_ms, failed_ms;
    toy_cpace_result_t result;
} toy_pairing_t;

void toy_pairing_init(toy_pairing_t *pairing, toy_port_t *port, bool cable);
void toy_pairing_open_window(toy_pairing_t *pairing);

/* psk is set, and *found true, with the step that ends an attempt well. */
typedef struct {
    uint8_t step;
    const uint8_t *id; /* 8 bytes */
    toy_octets_t payload;
    bool paired; /* a household is there already */
} toy_pairing_input_t;

TOY_MUST_USE toy_status_t toy_pairing_step(toy_pairing_t *pairing, const toy_pairing_input_t *input, uint8_t *answer,
                                           size_t *answer_bytes, uint8_t psk[TOY_KEY_BYTES], bool *found);

void toy_pairing_look(toy_pairing_t *pairing, toy_household_state_t *state);

#endif
