#include "secure/primitives.h"

#include <string.h>

#include "monocypher.h"

enum { BLOCK_BYTES = 128 };

toy_status_t toy_x25519(uint8_t shared[TOY_KEY_BYTES], const uint8_t secret[TOY_KEY_BYTES],
                        const uint8_t point[TOY_KEY_BYTES])
{
    static const uint8_t zero[TOY_KEY_BYTES];
    crypto_x25519(shared, secret, point);
    return crypto_verify32(shared, zero) == 0 ? TOY_ERR_AUTH : TOY_OK;
}

void toy_x25519_public(uint8_t point[TOY_KEY_BYTES], const uint8_t secret[TOY_KEY_BYTES])
{
    crypto_x25519_public_key(point, secret);
}

/* Monocypher takes 254 bits, RFC 9380 255. The map gives r and -r the same point, and one of the two has 254 bits: p - r
 * where bit 254 of r is set. Bytes of p: ed ff .. ff 7f. Chosen by masks, since r comes from the spoken code. */
void toy_elligator2(uint8_t point[TOY_KEY_BYTES], const uint8_t element[TOY_KEY_BYTES])
{
    uint8_t direct[TOY_KEY_BYTES], minus[TOY_KEY_BYTES];
    unsigned borrow = 0u;
    memcpy(direct, element, sizeof direct);
    direct[31] &= 0x7Fu;
    for (unsigned i = 0u; i < TOY_KEY_BYTES; ++i) {
        unsigned prime = i == 0u ? 0xEDu : i == 31u ? 0x7Fu : 0xFFu;
        unsigned digit = prime - direct[i] - borrow;
        minus[i] = (uint8_t)digit;
        borrow = (digit >> 8) & 1u;
    }
    /* r above p, in 19 cases of 2^255: p - r is below zero there, and r - p = r + 19 mod 2^255. */
    unsigned carry = 19u;
    uint8_t above[TOY_KEY_BYTES];
    for (unsigned i = 0u; i < TOY_KEY_BYTES; ++i) {
        unsigned digit = direct[i] + carry;
        above[i] = (uint8_t)digit;
        carry = digit >> 8;
    }
    above[31] &= 0x7Fu;
    uint8_t use_above = (uint8_t)(0u - borrow);
    uint8_t use_minus = (uint8_t)((0u - (unsigned)(direct[31] >> 6)) & (unsigned)(uint8_t)~use_above);
    for (unsigned i = 0u; i < TOY_KEY_BYTES; ++i) {
        uint8_t kept = (uint8_t)(direct[i] & (uint8_t)~(use_above | use_minus));
        direct[i] = (uint8_t)(kept | (minus[i] & use_minus) | (above[i] & use_above));
    }
    crypto_elligator_map(point, direct);
    crypto_wipe(direct, sizeof direct);
    crypto_wipe(minus, sizeof minus);
    crypto_wipe(above, sizeof above);
}

void toy_blake2b(uint8_t hash[TOY_BLAKE2B_BYTES], toy_octets_t first, toy_octets_t second)
{
    crypto_blake2b_ctx context;
    crypto_blake2b_init(&context, TOY_BLAKE2B_BYTES);
    crypto_blake2b_update(&context, first.bytes, first.count);
    crypto_blake2b_update(&context, second.bytes, second.count);
    crypto_blake2b_final(&context, hash);
}

void toy_blake2b_hmac(uint8_t mac[TOY_BLAKE2B_BYTES], toy_octets_t key, toy_octets_t text)
{
    uint8_t block[BLOCK_BYTES], inner[TOY_BLAKE2B_BYTES];
    memset(block, 0x36, sizeof block);
    for (size_t i = 0u; i < key.count; ++i) {
        block[i] ^= key.bytes[i];
    }
    toy_blake2b(inner, (toy_octets_t){block, sizeof block}, text);
    for (size_t i = 0u; i < sizeof block; ++i) {
        block[i] ^= 0x36u ^ 0x5Cu;
    }
    toy_blake2b(mac, (toy_octets_t){block, sizeof block}, (toy_octets_t){inner, sizeof inner});
    crypto_wipe(block, sizeof block);
    crypto_wipe(inner, sizeof inner);
}

static void aead_begin(crypto_aead_ctx *context, const uint8_t key[TOY_KEY_BYTES], uint64_t counter)
{
    uint8_t nonce[12] = {0};
    for (unsigned i = 0u; i < 8u; ++i) {
        nonce[4u + i] = (uint8_t)(counter >> (8u * i));
    }
    crypto_aead_init_ietf(context, key, nonce);
}

void toy_aead_seal(const uint8_t key[TOY_KEY_BYTES], uint64_t counter, toy_octets_t additional, uint8_t *body,
                   size_t body_bytes)
{
    crypto_aead_ctx context;
    aead_begin(&context, key, counter);
    crypto_aead_write(&context, body, body + body_bytes, additional.bytes, additional.count, body, body_bytes);
    crypto_wipe(&context, sizeof context);
}

toy_status_t toy_aead_open(const uint8_t key[TOY_KEY_BYTES], uint64_t counter, toy_octets_t additional, uint8_t *body,
                           size_t body_bytes)
{
    crypto_aead_ctx context;
    aead_begin(&context, key, counter);
    int refused =
        crypto_aead_read(&context, body, body + body_bytes, additional.bytes, additional.count, body, body_bytes);
    crypto_wipe(&context, sizeof context);
    return refused == 0 ? TOY_OK : TOY_ERR_AUTH;
}

bool toy_same_32(const uint8_t one[32], const uint8_t two[32]) { return crypto_verify32(one, two) == 0; }

void toy_wipe(void *secret, size_t count) { crypto_wipe(secret, count); }
