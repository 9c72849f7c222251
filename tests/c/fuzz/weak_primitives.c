/* weak_primitives.c - secure/primitives.h without any strength, so that a fuzzer gets past the tags: sums instead of
 * hashes, a tag of one byte that matters. For fuzz_noise and fuzz_gateway alone. */
#include <string.h>

#include "secure/primitives.h"

static uint8_t sum(const uint8_t *bytes, size_t count)
{
    uint8_t total = 1u;
    for (size_t i = 0u; i < count; ++i) {
        total = (uint8_t)(total * 3u + bytes[i]);
    }
    return total;
}

toy_status_t toy_x25519(uint8_t shared[32], const uint8_t secret[32], const uint8_t point[32])
{
    memset(shared, (uint8_t)(sum(secret, 32u) * point[0]), 32u);
    return point[0] == 0u ? TOY_ERR_AUTH : TOY_OK;
}

void toy_x25519_public(uint8_t point[32], const uint8_t secret[32]) { memset(point, sum(secret, 32u), 32u); }

void toy_elligator2(uint8_t point[32], const uint8_t element[32]) { memcpy(point, element, 32u); }

void toy_blake2b(uint8_t hash[64], toy_octets_t first, toy_octets_t second)
{
    memset(hash, (uint8_t)(sum(first.bytes, first.count) + sum(second.bytes, second.count)), 64u);
}

void toy_blake2b_hmac(uint8_t mac[64], toy_octets_t key, toy_octets_t text) { toy_blake2b(mac, key, text); }

void toy_aead_seal(const uint8_t key[32], uint64_t counter, toy_octets_t additional, uint8_t *body, size_t body_bytes)
{
    (void)key, (void)additional;
    memset(body + body_bytes, 0, TOY_TAG_BYTES);
    body[body_bytes] = (uint8_t)counter;
}

toy_status_t toy_aead_open(const uint8_t key[32], uint64_t counter, toy_octets_t additional, uint8_t *body,
                           size_t body_bytes)
{
    (void)key, (void)additional;
    return body[body_bytes] == (uint8_t)counter ? TOY_OK : TOY_ERR_AUTH;
}

bool toy_same_32(const uint8_t one[32], const uint8_t two[32]) { return one[0] == two[0]; }

void toy_wipe(void *secret, size_t count) { memset(secret, 0, count); }
