#include "secure/noise_cipher.h"

#include <string.h>

#include "link/packet.h"

enum { REKEY_SHIFT = 16, REQUEST_MAX_BYTES = TOY_PACKET_PAYLOAD_MAX_BYTES };

static const char prologue_text[] = "plush link ";

/* A peer of another version, or one in another session, computes other keys. */
static toy_octets_t make_prologue(const uint8_t session[TOY_PACKET_SESSION_BYTES], uint8_t *bytes)
{
    size_t count = sizeof prologue_text - 1u;
    memcpy(bytes, prologue_text, count);
    bytes[count++] = TOY_PACKET_VERSION;
    memcpy(bytes + count, session, TOY_PACKET_SESSION_BYTES);
    return (toy_octets_t){bytes, count + TOY_PACKET_SESSION_BYTES};
}

static void set_session(toy_noise_session_t *session, const toy_noise_keys_t *keys)
{
    memset(session, 0, sizeof *session);
    memcpy(session->sending.key, keys->from_toy, TOY_KEY_BYTES);
    memcpy(session->receiving.key, keys->from_base, TOY_KEY_BYTES);
    session->keyed = true;
}

static toy_status_t answer(void *context, unsigned slot, const uint8_t session[8], const uint8_t *request,
                           size_t request_bytes, uint8_t *reply, size_t *reply_bytes)
{
    toy_noise_cipher_t *noise = context;
    uint8_t secret[TOY_KEY_BYTES], copy[REQUEST_MAX_BYTES];
    uint8_t prologue[sizeof prologue_text + TOY_PACKET_SESSION_BYTES];
    toy_noise_keys_t keys;
    if (!noise->paired || request_bytes != TOY_NOISE_STEP_BYTES) {
        return TOY_ERR_AUTH; /* the other side has no cipher, or another one */
    }
    TOY_TRY(toy_port_random(noise->port, secret, sizeof secret));
    memcpy(copy, request, request_bytes);
    const toy_noise_input_t input = {.psk = noise->psk, .secret = secret, .prologue = make_prologue(session, prologue)};
    toy_status_t status = toy_noise_respond(&input, copy, request_bytes, reply, reply_bytes, &keys);
    if (status == TOY_OK) {
        set_session(&noise->sessions[slot], &keys);
    }
    toy_wipe(secret, sizeof secret);
    toy_wipe(&keys, sizeof keys);
    return status;
}

/* The key for a counter: this stretch's, the one's before, or the next one's, which goes into room. NULL: none of them. */
static const uint8_t *choose_key(const toy_noise_direction_t *direction, uint64_t counter, uint8_t room[TOY_KEY_BYTES])
{
    uint64_t generation = counter >> REKEY_SHIFT;
    if (generation == direction->generation) {
        return direction->key;
    }
    if (generation + 1u == direction->generation) {
        return direction->previous;
    }
    if (generation != direction->generation + 1u) {
        return NULL;
    }
    memcpy(room, direction->key, TOY_KEY_BYTES);
    toy_noise_rekey(room);
    return room;
}

/* The next key was used with success: the one before the present one is forgotten. */
static void keep_key(toy_noise_direction_t *direction, uint64_t counter, uint8_t room[TOY_KEY_BYTES])
{
    if (counter >> REKEY_SHIFT > direction->generation) {
        memcpy(direction->previous, direction->key, TOY_KEY_BYTES);
        memcpy(direction->key, room, TOY_KEY_BYTES);
        ++direction->generation;
        toy_wipe(room, TOY_KEY_BYTES);
    }
}

static toy_status_t seal(void *context, unsigned slot, uint64_t counter, const uint8_t header[4], uint8_t *body,
                         size_t body_bytes)
{
    toy_noise_cipher_t *noise = context;
    toy_noise_session_t *session = &noise->sessions[slot];
    uint8_t room[TOY_KEY_BYTES];
    const uint8_t *key = choose_key(&session->sending, counter, room);
    if (!session->keyed || counter < session->next || key == NULL) {
        return TOY_ERR_STATE;
    }
    session->next = counter + 1u;
    toy_aead_seal(key, counter, (toy_octets_t){header, TOY_PACKET_HEADER_BYTES}, body, body_bytes);
    keep_key(&session->sending, counter, room);
    return TOY_OK;
}

static toy_status_t open(void *context, unsigned slot, uint64_t counter, const uint8_t header[4], uint8_t *body,
                         size_t body_bytes)
{
    toy_noise_cipher_t *noise = context;
    toy_noise_session_t *session = &noise->sessions[slot];
    uint8_t room[TOY_KEY_BYTES];
    const uint8_t *key = choose_key(&session->receiving, counter, room);
    if (!session->keyed || key == NULL) {
        return TOY_ERR_AUTH;
    }
    TOY_TRY(toy_aead_open(key, counter, (toy_octets_t){header, TOY_PACKET_HEADER_BYTES}, body, body_bytes));
    keep_key(&session->receiving, counter, room);
    return TOY_OK;
}

void toy_noise_cipher_init(toy_noise_cipher_t *noise, toy_port_t *port, const uint8_t *psk)
{
    noise->port = port;
    toy_noise_cipher_pair(noise, psk);
}

void toy_noise_cipher_pair(toy_noise_cipher_t *noise, const uint8_t *psk)
{
    toy_wipe(noise->sessions, sizeof noise->sessions);
    toy_wipe(noise->psk, sizeof noise->psk);
    noise->paired = psk != NULL;
    if (psk != NULL) {
        memcpy(noise->psk, psk, sizeof noise->psk);
    }
}

toy_cipher_t toy_noise_cipher(toy_noise_cipher_t *noise)
{
    return (toy_cipher_t){.context = noise, .answer = answer, .seal = seal, .open = open};
}
