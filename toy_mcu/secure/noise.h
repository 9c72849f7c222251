/* noise.h - the toy's half of Noise_NNpsk0_25519_ChaChaPoly_BLAKE2b: one question, one answer, two keys.
 * In      the pairing's key; a prologue that both sides must have seen alike; a fresh random secret; step 1
 * Out     step 2; the keys from base to toy and back
 * Memory  about 1 KB of stack; nothing secret stays there
 * Time    budget in tests/budgets.toml: at most 3.5 million instructions
 * Errors  TOY_ERR_AUTH step 1 was made with another key, version or session, or is no step 1 at all
 * Source  The Noise Protocol Framework, revision 34; base_station/link/noise.py is the same in Python */
#ifndef TOY_SECURE_NOISE_H
#define TOY_SECURE_NOISE_H

#include "secure/primitives.h"

#define TOY_NOISE_STEP_BYTES 48u /* a public key and a tag around nothing */

typedef struct {
    uint8_t from_base[TOY_KEY_BYTES];
    uint8_t from_toy[TOY_KEY_BYTES];
    uint8_t hash[TOY_BLAKE2B_BYTES]; /* of all that was said: no secret, the same on both sides */
} toy_noise_keys_t;

typedef struct {
    const uint8_t *psk;    /* TOY_KEY_BYTES */
    const uint8_t *secret; /* TOY_KEY_BYTES, used once */
    toy_octets_t prologue;
    toy_octets_t payload; /* for step 2; empty, except in the published vectors */
} toy_noise_input_t;

/* request is overwritten: its payload is opened in place. reply: TOY_NOISE_STEP_BYTES and the payload's. */
TOY_MUST_USE toy_status_t toy_noise_respond(const toy_noise_input_t *input, uint8_t *request, size_t request_bytes,
                                            uint8_t *reply, size_t *reply_bytes, toy_noise_keys_t *keys);

/* The key after this one: REKEY of the specification, section 4.2. */
void toy_noise_rekey(uint8_t key[TOY_KEY_BYTES]);

#endif
