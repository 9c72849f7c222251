/* The gateway without a wall: the client's cipher over toy_gateway_serve seals what the vault's own opens, and the ear gives
 * nothing away before the wake word. */
#include "fake_port.h"
#include "secure/gateway_client.h"
#include "secure/gateway_serve.h"
#include "toy_test.h"

static toy_port_t port;
static toy_vault_t vault;
static toy_ear_t ear;
static _Alignas(8) uint8_t memory[64 * 1024];
static const toy_gateway_t gateway = {&vault, &ear};

static void cross(void *context, uint32_t call, toy_gateway_block_t *block)
{
    (void)context;
    toy_gateway_serve(&gateway, call, block);
}

static toy_gateway_client_t client = {NULL, cross};

static void start(void)
{
    static const uint8_t psk[TOY_KEY_BYTES] = {1, 2, 3};
    toy_arena_t arena;
    const toy_wake_config_t spotter = {.phrase_blob = toy_wake_phrase_model, .phrase_bytes = toy_wake_phrase_model_bytes};
    toy_arena_init(&arena, memory, sizeof memory);
    TOY_CHECK_INT(toy_vault_init(&vault, &port, true), TOY_OK);
    TOY_CHECK_INT(toy_vault_set_key(&vault, psk), TOY_OK);
    TOY_CHECK_INT(toy_ear_init(&ear, &spotter, &arena), TOY_OK);
}

static void a_body_goes_through_and_back(void)
{
    static const uint8_t header[4] = {0x40, 7, 0, 0};
    uint8_t body[224 + 16];
    start();
    toy_cipher_t cipher = toy_gateway_client_cipher(&client);
    vault.noise.sessions[0].keyed = true; /* both directions with the same key: the toy talks to itself */
    for (size_t count = 1; count <= 224u; ++count) {
        memset(body, (int)count, sizeof body);
        TOY_CHECK_INT(cipher.seal(cipher.context, 0, count, header, body, count), TOY_OK);
        TOY_CHECK(body[0] != count || body[count] != count);
        TOY_CHECK_INT(cipher.open(cipher.context, 0, count, header, body, count), TOY_OK);
        TOY_CHECK_INT(body[count - 1u], (uint8_t)count);
        body[0] ^= 1u;
        TOY_CHECK_INT(cipher.open(cipher.context, 0, count, header, body, count), TOY_ERR_AUTH);
    }
    TOY_CHECK_INT(cipher.seal(cipher.context, 0, 5u, header, body, 10u), TOY_ERR_STATE); /* sealed before */
    TOY_CHECK_INT(cipher.seal(cipher.context, 2, 900u, header, body, 10u), TOY_ERR_ARG);
    TOY_CHECK_INT(cipher.seal(cipher.context, 0, 900u, header, body, 0u), TOY_ERR_ARG);
}

static void the_household_is_the_vaults(void)
{
    toy_household_state_t state;
    start();
    toy_household_t household = toy_gateway_client_household(&client);
    household.look(household.context, &state);
    TOY_CHECK(state.paired);
    TOY_CHECK_INT(state.phase, TOY_PAIRING_CLOSED);
    household.open_window(household.context);
    household.look(household.context, &state);
    TOY_CHECK_INT(state.phase, TOY_PAIRING_OPEN);
    TOY_CHECK_INT(household.forget(household.context), TOY_OK);
    household.look(household.context, &state);
    TOY_CHECK(!state.paired);
}

static void what_was_heard_stays_until_somebody_calls(void)
{
    int16_t samples[TOY_FRAME_SAMPLES];
    toy_ear_frame_t frame;
    start();
    for (int k = 0; k < 250; ++k) {
        for (int i = 0; i < TOY_FRAME_SAMPLES; ++i) {
            samples[i] = (int16_t)((i * 7919 + k * 104729) % 2001 - 1000);
        }
        toy_ear_hear(&ear, samples);
    }
    for (uint32_t number = 0; number < 260u; ++number) {
        TOY_CHECK_INT(toy_ear_take(&ear, number, &frame), TOY_ERR_AUTH);
    }
    ear.open = true; /* as the wake word does */
    TOY_CHECK_INT(toy_ear_take(&ear, 149u, &frame), TOY_ERR_EMPTY); /* two seconds and no more */
    TOY_CHECK_INT(toy_ear_take(&ear, 150u, &frame), TOY_OK);
    TOY_CHECK_INT(toy_ear_take(&ear, 249u, &frame), TOY_OK);
    TOY_CHECK_INT(toy_ear_take(&ear, 250u, &frame), TOY_ERR_EMPTY);
    toy_ear_close(&ear);
    for (size_t i = 0; i < TOY_EAR_FRAMES * sizeof *ear.frames; ++i) {
        TOY_CHECK_INT(((const uint8_t *)ear.frames)[i], 0);
    }
    TOY_CHECK_INT(toy_ear_take(&ear, 249u, &frame), TOY_ERR_AUTH);
}

int main(void)
{
    TOY_RUN(a_body_goes_through_and_back);
    TOY_RUN(the_household_is_the_vaults);
    TOY_RUN(what_was_heard_stays_until_somebody_calls);
    TOY_DONE();
}
