#include "secure/noise.h"

#include <string.h>

typedef struct {
    uint8_t chaining[TOY_BLAKE2B_BYTES];
    uint8_t hash[TOY_BLAKE2B_BYTES];
    uint8_t key[TOY_KEY_BYTES];
    uint64_t counter;
} symmetric_t;

static const char protocol_name[] = "Noise_NNpsk0_25519_ChaChaPoly_BLAKE2b";

static toy_octets_t text(const void *bytes, size_t count) { return (toy_octets_t){bytes, count}; }

/* HKDF of section 4.3; outputs: count times TOY_BLAKE2B_BYTES. */
static void hkdf(const uint8_t chaining[TOY_BLAKE2B_BYTES], toy_octets_t material, uint8_t *outputs, uint8_t count)
{
    uint8_t key[TOY_BLAKE2B_BYTES], step[TOY_BLAKE2B_BYTES + 1u];
    size_t before = 0u;
    toy_blake2b_hmac(key, text(chaining, TOY_BLAKE2B_BYTES), material);
    for (uint8_t i = 0u; i < count; ++i) {
        step[before] = (uint8_t)(i + 1u);
        uint8_t *output = outputs + i * TOY_BLAKE2B_BYTES;
        toy_blake2b_hmac(output, text(key, sizeof key), text(step, before + 1u));
        memcpy(step, output, TOY_BLAKE2B_BYTES);
        before = TOY_BLAKE2B_BYTES;
    }
    toy_wipe(key, sizeof key);
    toy_wipe(step, sizeof step);
}

static void mix_hash(symmetric_t *state, toy_octets_t data)
{
    uint8_t hash[TOY_BLAKE2B_BYTES];
    toy_blake2b(hash, text(state->hash, sizeof state->hash), data);
    memcpy(state->hash, hash, sizeof hash);
}

static void use_key(symmetric_t *state, const uint8_t key[TOY_KEY_BYTES])
{
    memcpy(state->key, key, TOY_KEY_BYTES);
    state->counter = 0u;
}

static void mix_key(symmetric_t *state, const uint8_t material[TOY_KEY_BYTES])
{
    uint8_t outputs[2u * TOY_BLAKE2B_BYTES];
    hkdf(state->chaining, text(material, TOY_KEY_BYTES), outputs, 2u);
    memcpy(state->chaining, outputs, TOY_BLAKE2B_BYTES);
    use_key(state, outputs + TOY_BLAKE2B_BYTES);
    toy_wipe(outputs, sizeof outputs);
}

/* Token psk, which NNpsk0 has first of all. */
static void begin(symmetric_t *state, toy_octets_t prologue, const uint8_t psk[TOY_KEY_BYTES])
{
    uint8_t outputs[3u * TOY_BLAKE2B_BYTES];
    memset(state->hash, 0, sizeof state->hash);
    memcpy(state->hash, protocol_name, sizeof protocol_name - 1u);
    memcpy(state->chaining, state->hash, sizeof state->chaining);
    mix_hash(state, prologue);
    hkdf(state->chaining, text(psk, TOY_KEY_BYTES), outputs, 3u);
    memcpy(state->chaining, outputs, TOY_BLAKE2B_BYTES);
    mix_hash(state, text(outputs + TOY_BLAKE2B_BYTES, TOY_BLAKE2B_BYTES));
    use_key(state, outputs + 2u * TOY_BLAKE2B_BYTES);
    toy_wipe(outputs, sizeof outputs);
}

/* Token e: with a pre-shared key the public key goes into the key as well (section 9.2). */
static void mix_public(symmetric_t *state, const uint8_t point[TOY_KEY_BYTES])
{
    mix_hash(state, text(point, TOY_KEY_BYTES));
    mix_key(state, point);
}

static toy_status_t take(symmetric_t *state, uint8_t *sealed, size_t count)
{
    uint8_t before[TOY_BLAKE2B_BYTES];
    memcpy(before, state->hash, sizeof before);
    mix_hash(state, text(sealed, count + TOY_TAG_BYTES)); /* first: opening overwrites what is hashed */
    return toy_aead_open(state->key, state->counter++, text(before, sizeof before), sealed, count);
}

static void give(symmetric_t *state, uint8_t *body, size_t count)
{
    toy_aead_seal(state->key, state->counter++, text(state->hash, sizeof state->hash), body, count);
    mix_hash(state, text(body, count + TOY_TAG_BYTES));
}

static toy_status_t answer(symmetric_t *state, const toy_noise_input_t *input, uint8_t *request, size_t request_bytes,
                           uint8_t *reply)
{
    uint8_t shared[TOY_KEY_BYTES], theirs[TOY_KEY_BYTES];
    memcpy(theirs, request, sizeof theirs);
    begin(state, input->prologue, input->psk);
    mix_public(state, theirs);
    TOY_TRY(take(state, request + TOY_KEY_BYTES, request_bytes - TOY_NOISE_STEP_BYTES));
    toy_x25519_public(reply, input->secret);
    mix_public(state, reply);
    TOY_TRY(toy_x25519(shared, input->secret, theirs));
    mix_key(state, shared);
    toy_wipe(shared, sizeof shared);
    if (input->payload.count > 0u) {
        memcpy(reply + TOY_KEY_BYTES, input->payload.bytes, input->payload.count);
    }
    give(state, reply + TOY_KEY_BYTES, input->payload.count);
    return TOY_OK;
}

toy_status_t toy_noise_respond(const toy_noise_input_t *input, uint8_t *request, size_t request_bytes, uint8_t *reply,
                               size_t *reply_bytes, toy_noise_keys_t *keys)
{
    symmetric_t state;
    uint8_t outputs[2u * TOY_BLAKE2B_BYTES];
    if (request_bytes < TOY_NOISE_STEP_BYTES) {
        return TOY_ERR_AUTH;
    }
    toy_status_t status = answer(&state, input, request, request_bytes, reply);
    if (status == TOY_OK) {
        hkdf(state.chaining, text(NULL, 0u), outputs, 2u);
        memcpy(keys->from_base, outputs, TOY_KEY_BYTES);
        memcpy(keys->from_toy, outputs + TOY_BLAKE2B_BYTES, TOY_KEY_BYTES);
        memcpy(keys->hash, state.hash, sizeof keys->hash);
        *reply_bytes = TOY_NOISE_STEP_BYTES + input->payload.count;
        toy_wipe(outputs, sizeof outputs);
    }
    toy_wipe(&state, sizeof state);
    return status;
}

void toy_noise_rekey(uint8_t key[TOY_KEY_BYTES])
{
    uint8_t sealed[TOY_KEY_BYTES + TOY_TAG_BYTES] = {0};
    toy_aead_seal(key, UINT64_MAX, text(NULL, 0u), sealed, TOY_KEY_BYTES);
    memcpy(key, sealed, TOY_KEY_BYTES);
    toy_wipe(sealed, sizeof sealed);
}
