#include "secure/vault.h"

#include <string.h>

toy_status_t toy_vault_init(toy_vault_t *vault, toy_port_t *port, bool cable)
{
    uint8_t psk[TOY_KEY_BYTES];
    memset(vault, 0, sizeof *vault);
    vault->port = port;
    toy_status_t status = toy_keys_load(port, psk);
    toy_noise_cipher_init(&vault->noise, port, status == TOY_OK ? psk : NULL);
    toy_wipe(psk, sizeof psk);
    toy_pairing_init(&vault->pairing, port, cable);
    return status == TOY_ERR_EMPTY ? TOY_OK : status;
}

toy_status_t toy_vault_set_key(toy_vault_t *vault, const uint8_t psk[TOY_KEY_BYTES])
{
    TOY_TRY(toy_keys_save(vault->port, psk));
    toy_noise_cipher_pair(&vault->noise, psk);
    return TOY_OK;
}

/* ---- for link ----------------------------------------------------------------------------------------- */

static toy_status_t pair(void *context, uint8_t step, const uint8_t id[8], const uint8_t *payload, size_t payload_bytes,
                         uint8_t *answer, size_t *answer_bytes)
{
    toy_vault_t *vault = context;
    uint8_t psk[TOY_KEY_BYTES];
    bool found;
    const toy_pairing_input_t input = {step, id, {payload, payload_bytes}, vault->noise.paired};
    TOY_TRY(toy_pairing_step(&vault->pairing, &input, answer, answer_bytes, psk, &found));
    toy_status_t status = found ? toy_vault_set_key(vault, psk) : TOY_OK;
    toy_wipe(psk, sizeof psk);
    return status;
}

/* The seal is the session's; only pairing is added to it. */
static toy_status_t answer(void *context, unsigned slot, const uint8_t session[8], const uint8_t *request,
                           size_t request_bytes, uint8_t *reply, size_t *reply_bytes)
{
    toy_vault_t *vault = context;
    const toy_cipher_t noise = toy_noise_cipher(&vault->noise);
    return noise.answer(noise.context, slot, session, request, request_bytes, reply, reply_bytes);
}

static toy_status_t seal(void *context, unsigned slot, uint64_t counter, const uint8_t header[4], uint8_t *body,
                         size_t body_bytes)
{
    toy_vault_t *vault = context;
    const toy_cipher_t noise = toy_noise_cipher(&vault->noise);
    return noise.seal(noise.context, slot, counter, header, body, body_bytes);
}

static toy_status_t open(void *context, unsigned slot, uint64_t counter, const uint8_t header[4], uint8_t *body,
                         size_t body_bytes)
{
    toy_vault_t *vault = context;
    const toy_cipher_t noise = toy_noise_cipher(&vault->noise);
    return noise.open(noise.context, slot, counter, header, body, body_bytes);
}

toy_cipher_t toy_vault_cipher(toy_vault_t *vault)
{
    return (toy_cipher_t){.context = vault, .answer = answer, .seal = seal, .open = open, .pair = pair};
}

/* ---- for app ------------------------------------------------------------------------------------------ */

static void open_window(void *context)
{
    toy_vault_t *vault = context;
    toy_pairing_open_window(&vault->pairing);
}

static void look(void *context, toy_household_state_t *state)
{
    toy_vault_t *vault = context;
    toy_pairing_look(&vault->pairing, state);
    state->paired = vault->noise.paired;
}

static toy_status_t forget(void *context)
{
    toy_vault_t *vault = context;
    toy_noise_cipher_pair(&vault->noise, NULL); /* first what works without the store */
    return toy_keys_forget(vault->port);
}

toy_household_t toy_vault_household(toy_vault_t *vault)
{
    return (toy_household_t){.context = vault, .open_window = open_window, .look = look, .forget = forget};
}
