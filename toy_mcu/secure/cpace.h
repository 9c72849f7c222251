/* cpace.h - CPace on X25519 with SHA-512: two who know the same six digits agree on a key, and nobody else does.
 * In      the digits; channel and session identifiers; a fresh random secret; the other side's point
 * Out     our point; the key of the pairing; a tag each that proves it
 * Memory  1 KB of stack; the texts have at most TOY_CPACE_TEXT_MAX_BYTES each, the digits 64
 * Errors  TOY_ERR_AUTH the other side's point is of low order; TOY_ERR_ARG a text is too long
 * Source  draft-irtf-cfrg-cpace; base_station/link/cpace.py is the same in Python. One guess an attempt: whoever
 *         calls this counts the attempts */
#ifndef TOY_SECURE_CPACE_H
#define TOY_SECURE_CPACE_H

#include "secure/primitives.h"
#include "secure/sha512.h"

#define TOY_CPACE_TEXT_MAX_BYTES 100u
#define TOY_CPACE_TAG_BYTES 32u

typedef struct {
    toy_octets_t session; /* drawn anew by the base for each attempt */
    const uint8_t *base_point, *toy_point;
    toy_octets_t base_data, toy_data; /* what each sent along with its point */
} toy_cpace_transcript_t;

/* The generator that the digits choose; multiplied with a secret by toy_x25519() it is the point to send. */
TOY_MUST_USE toy_status_t toy_cpace_generator(toy_octets_t digits, toy_octets_t channel, toy_octets_t session,
                                              uint8_t generator[TOY_KEY_BYTES]);

/* The intermediate session key of the draft, from our secret and their point (one of the transcript's). */
TOY_MUST_USE toy_status_t toy_cpace_session_key(const toy_cpace_transcript_t *transcript,
                                                const uint8_t secret[TOY_KEY_BYTES],
                                                const uint8_t theirs[TOY_KEY_BYTES], uint8_t isk[TOY_SHA512_BYTES]);

/* Out of it: the key of the pairing, and the tags that base and toy send each other before they keep it. */
typedef struct {
    uint8_t psk[TOY_KEY_BYTES];
    uint8_t base_tag[TOY_CPACE_TAG_BYTES], toy_tag[TOY_CPACE_TAG_BYTES];
} toy_cpace_result_t;

void toy_cpace_result(const uint8_t isk[TOY_SHA512_BYTES], toy_octets_t session, toy_cpace_result_t *result);

#endif
