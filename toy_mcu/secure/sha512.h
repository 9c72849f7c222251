/* sha512.h - SHA-512, for CPace alone: Monocypher's two files have BLAKE2b.
 * In      a text in pieces
 * Out     64 bytes
 * Memory  toy_sha512_t, 208 bytes
 * Source  FIPS 180-4 */
#ifndef TOY_SECURE_SHA512_H
#define TOY_SECURE_SHA512_H

#include <stddef.h>
#include <stdint.h>

#define TOY_SHA512_BYTES 64u
#define TOY_SHA512_BLOCK_BYTES 128u

typedef struct {
    uint64_t state[8];
    uint64_t total_bytes;
    uint8_t block[TOY_SHA512_BLOCK_BYTES];
} toy_sha512_t;

void toy_sha512_init(toy_sha512_t *sha);
void toy_sha512_update(toy_sha512_t *sha, const void *bytes, size_t count);
void toy_sha512_final(toy_sha512_t *sha, uint8_t hash[TOY_SHA512_BYTES]); /* wipes sha */

#endif
