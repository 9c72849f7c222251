/* primitives.h - the few operations that everything else in secure is made of, over Monocypher.
 * In      keys of 32 bytes; texts of any length
 * Out     see each function; none depends in time or access on a secret
 * Memory  the stack, about 1 KB at most
 * Errors  TOY_ERR_AUTH a text does not open, or a public key is worthless
 * A build for fuzzing puts tests/c/fuzz/weak_primitives.c in the place of primitives.c. */
#ifndef TOY_SECURE_PRIMITIVES_H
#define TOY_SECURE_PRIMITIVES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

#define TOY_KEY_BYTES 32u
#define TOY_TAG_BYTES 16u
#define TOY_BLAKE2B_BYTES 64u

typedef struct {
    const uint8_t *bytes;
    size_t count;
} toy_octets_t;

/* X25519 of RFC 7748. TOY_ERR_AUTH: the result is zero, since the other side sent a point of low order. */
TOY_MUST_USE toy_status_t toy_x25519(uint8_t shared[TOY_KEY_BYTES], const uint8_t secret[TOY_KEY_BYTES],
                                     const uint8_t point[TOY_KEY_BYTES]);
void toy_x25519_public(uint8_t point[TOY_KEY_BYTES], const uint8_t secret[TOY_KEY_BYTES]);

/* Elligator 2 of RFC 9380 from 32 bytes, the uppermost bit ignored, to a point of Curve25519. */
void toy_elligator2(uint8_t point[TOY_KEY_BYTES], const uint8_t element[TOY_KEY_BYTES]);

/* BLAKE2b-512 of two texts after each other, and HMAC with it (keys up to 128 bytes). */
void toy_blake2b(uint8_t hash[TOY_BLAKE2B_BYTES], toy_octets_t first, toy_octets_t second);
void toy_blake2b_hmac(uint8_t mac[TOY_BLAKE2B_BYTES], toy_octets_t key, toy_octets_t text);

/* ChaCha20-Poly1305 of RFC 8439 in place, the tag behind the body; nonce: 4 zero bytes and the counter. */
void toy_aead_seal(const uint8_t key[TOY_KEY_BYTES], uint64_t counter, toy_octets_t additional, uint8_t *body,
                   size_t body_bytes);
TOY_MUST_USE toy_status_t toy_aead_open(const uint8_t key[TOY_KEY_BYTES], uint64_t counter, toy_octets_t additional,
                                        uint8_t *body, size_t body_bytes);

bool toy_same_32(const uint8_t one[32], const uint8_t two[32]);
void toy_wipe(void *secret, size_t count);

#endif
