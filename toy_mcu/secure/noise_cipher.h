/* noise_cipher.h - seals the link's frames: what link/cipher.h asks for, with the key of the pairing.
 * In      the pairing's key; the port's random bytes, 32 for each handshake
 * Out     a toy_cipher_t; both sides change the key of a direction after 65,536 frames
 * Memory  toy_noise_cipher_t, about 350 bytes, all of it secret
 * Time    budget in tests/budgets.toml
 * Errors  TOY_ERR_AUTH not opened or refused; TOY_ERR_STATE no key, or a counter that was sealed before; TOY_ERR_PORT no
 *         random bytes
 * Source  protocol/SPEC.md "Sessions"; base_station/link/noise.py */
#ifndef TOY_SECURE_NOISE_CIPHER_H
#define TOY_SECURE_NOISE_CIPHER_H

#include "link/cipher.h"
#include "port/toy_port.h"
#include "secure/noise.h"

typedef struct {
    uint8_t key[TOY_KEY_BYTES];      /* of this stretch of 65,536 counters */
    uint8_t previous[TOY_KEY_BYTES]; /* of the one before, for copies that come late */
    uint64_t generation;             /* counter >> 16 */
} toy_noise_direction_t;

typedef struct {
    toy_noise_direction_t sending, receiving;
    uint64_t next; /* the lowest counter that was not sealed yet */
    bool keyed;
} toy_noise_session_t;

typedef struct {
    toy_port_t *port;
    uint8_t psk[TOY_KEY_BYTES];
    bool paired;
    toy_noise_session_t sessions[2]; /* the link's slots */
} toy_noise_cipher_t;

/* psk NULL: not paired, every handshake is refused. */
void toy_noise_cipher_init(toy_noise_cipher_t *noise, toy_port_t *port, const uint8_t *psk);

/* Another pairing, or none: running sessions end, since their keys are gone. */
void toy_noise_cipher_pair(toy_noise_cipher_t *noise, const uint8_t *psk);

toy_cipher_t toy_noise_cipher(toy_noise_cipher_t *noise);

#endif
