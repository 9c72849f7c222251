#include "peer_cipher.h"

#include <stdlib.h>
#include <string.h>

#include "base/crc32.h"
#include "link/bytes.h"
#include "link/packet.h"

enum { FROM_TOY = 0, FROM_BASE = 1 };

static const uint8_t request_text[4] = {'t', 'e', 's', 't'};

static toy_status_t answer(void *context, unsigned slot, const uint8_t session[8], const uint8_t *request,
                           size_t request_bytes, uint8_t *reply, size_t *reply_bytes)
{
    peer_cipher_t *state = context;
    if (request_bytes != sizeof request_text || memcmp(request, request_text, sizeof request_text) != 0) {
        return TOY_ERR_AUTH;
    }
    state->key[slot] = toy_crc32(0u, session, 8u);
    state->next_seal[slot] = 0u;
    toy_put_u32(reply, state->key[slot]);
    *reply_bytes = 4u;
    return TOY_OK;
}

static uint32_t salt(const peer_cipher_t *state, unsigned slot, uint8_t direction, uint64_t counter)
{
    uint8_t text[13];
    toy_put_u32(text, state->key[slot]);
    text[4] = direction;
    toy_put_u32(text + 5, (uint32_t)counter);
    toy_put_u32(text + 9, (uint32_t)(counter >> 32));
    return toy_crc32(0u, text, sizeof text);
}

static void cover(uint32_t key, uint8_t *body, size_t count)
{
    for (size_t i = 0u; i < count; ++i) {
        key = key * 1664525u + 1013904223u;
        body[i] ^= (uint8_t)(key >> 24);
    }
}

static void make_tag(uint32_t key, const uint8_t header[4], const uint8_t *body, size_t count, uint8_t tag[16])
{
    for (unsigned part = 0u; part < 4u; ++part) {
        uint32_t crc = toy_crc32(key + part, header, 4u);
        toy_put_u32(tag + 4u * part, toy_crc32(crc, body, count));
    }
}

static toy_status_t seal(void *context, unsigned slot, uint64_t counter, const uint8_t header[4], uint8_t *body,
                         size_t count)
{
    peer_cipher_t *state = context;
    if (counter < state->next_seal[slot]) {
        abort();
    }
    state->next_seal[slot] = counter + 1u;
    uint32_t key = salt(state, slot, FROM_TOY, counter);
    cover(key, body, count);
    make_tag(key, header, body, count, body + count);
    return TOY_OK;
}

static toy_status_t open(void *context, unsigned slot, uint64_t counter, const uint8_t header[4], uint8_t *body,
                         size_t count)
{
    peer_cipher_t *state = context;
    uint8_t tag[TOY_PACKET_TAG_BYTES];
    uint32_t key = salt(state, slot, FROM_BASE, counter);
    make_tag(key, header, body, count, tag);
    if (memcmp(tag, body + count, sizeof tag) != 0) {
        return TOY_ERR_AUTH;
    }
    cover(key, body, count);
    return TOY_OK;
}

toy_cipher_t peer_cipher(peer_cipher_t *state)
{
    return (toy_cipher_t){.context = state, .answer = answer, .seal = seal, .open = open};
}
