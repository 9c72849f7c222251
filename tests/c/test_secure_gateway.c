/* The gateway without a wall: the client's cipher over toy_gateway_serve seals what the vault's own opens, and the ear gives
 * nothing away before the wake word. */
#include "fake_port.h"
#include "secure/gateway_client.h"
#include "secure/gateway_serve.h"
#include "toy_test.h"

static toy_port_t port;
static toy_vault_t vault;
static toy_ear_t ear;
static _Alignas(8) uint8_t memory[80 * 1024];
static int16_t samples[TOY_FRAME_SAMPLES];
static bool has_frame;

static const int16_t *microphone(void)
{
    const int16_t *frame = has_frame ? samples : NULL;
    has_frame = false;
    return frame;
}

static const toy_gateway_t gateway = {&vault, &ear, microphone};

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
    const toy_ear_config_t config = {.spotter = &spotter};
    TOY_CHECK(toy_ear_arena_bytes(&config) <= sizeof memory);
    toy_arena_init(&arena, memory, toy_ear_arena_bytes(&config));
    TOY_CHECK_INT(toy_vault_init(&vault, &port, true), TOY_OK);
    TOY_CHECK_INT(toy_vault_set_key(&vault, psk), TOY_OK);
    TOY_CHECK_INT(toy_ear_init(&ear, &config, &arena), TOY_OK);
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

/* ---- the ear -------------------------------------------------------------------------------------------- */

static const toy_heed_t everything = {TOY_HEED_KEEPS | TOY_HEED_JUDGES, TOY_HEAR_PHRASE};

/* So many frames of a sound that is no wake phrase. */
static void hear(unsigned frames, toy_heard_t *heard)
{
    toy_ears_t ears = toy_gateway_client_ears(&client);
    for (unsigned k = 0; k < frames; ++k) {
        for (int i = 0; i < TOY_FRAME_SAMPLES; ++i) {
            samples[i] = (int16_t)((i * 7919 + (int)k * 104729) % 2001 - 1000);
        }
        has_frame = true;
        ears.hear(ears.context, NULL, &everything, heard);
    }
}

static void what_was_heard_stays_until_somebody_calls(void)
{
    toy_sound_frame_t frame;
    toy_heard_t heard = {0};
    start();
    toy_ears_t ears = toy_gateway_client_ears(&client);
    hear(250, &heard);
    TOY_CHECK(!heard.open && heard.number == 249u && heard.next == 250u && heard.first == 90u);
    ears.called(ears.context); /* so anybody could say */
    for (uint32_t number = 0; number < 260u; ++number) {
        TOY_CHECK_INT(ears.take(ears.context, number, &frame), TOY_ERR_AUTH);
    }
    toy_ear_call(&ear); /* the paw */
    TOY_CHECK_INT(ears.take(ears.context, 89u, &frame), TOY_ERR_EMPTY); /* three seconds and no more */
    TOY_CHECK_INT(ears.take(ears.context, 90u, &frame), TOY_OK);
    TOY_CHECK_BYTES(&frame, &ear.sound.frames[90u], sizeof frame);
    TOY_CHECK_INT(ears.take(ears.context, 249u, &frame), TOY_OK);
    TOY_CHECK_INT(ears.take(ears.context, 250u, &frame), TOY_ERR_EMPTY);
    ears.forget(ears.context); /* a question follows: open, and empty */
    TOY_CHECK_INT(ears.take(ears.context, 249u, &frame), TOY_ERR_EMPTY);
    ears.close(ears.context);
    TOY_CHECK_INT(ears.take(ears.context, 249u, &frame), TOY_ERR_AUTH);
    for (size_t i = 0; i < TOY_EAR_FRAMES * sizeof *ear.sound.frames; ++i) {
        TOY_CHECK_INT(((const uint8_t *)ear.sound.frames)[i], 0);
    }
}

static void no_frame_is_heard_twice_and_the_caller_has_none_of_its_own(void)
{
    toy_heard_t heard = {0};
    start();
    toy_ears_t ears = toy_gateway_client_ears(&client);
    hear(1, &heard);
    heard.woken = true;
    ears.hear(ears.context, samples, &everything, &heard);
    TOY_CHECK_INT(heard.number, 0);
    TOY_CHECK(!heard.woken);
    TOY_CHECK_INT(ear.number, 1);
}

static void an_ear_that_nobody_closes_closes_itself(void)
{
    toy_sound_frame_t frame;
    toy_heard_t heard = {0};
    start();
    toy_ear_call(&ear);
    hear(TOY_EAR_OPEN_FRAMES - 1u, &heard);
    TOY_CHECK(heard.open);
    TOY_CHECK_INT(toy_ear_take(&ear, heard.number, &frame), TOY_OK);
    hear(1, &heard);
    TOY_CHECK(!heard.open);
    TOY_CHECK_INT(toy_ear_take(&ear, heard.number, &frame), TOY_ERR_AUTH);
}

static void who_is_muted_hears_and_holds_nothing(void)
{
    toy_sound_frame_t frame;
    toy_heard_t heard = {0};
    start();
    toy_ear_call(&ear);
    hear(10, &heard);
    toy_ear_mute(&ear, true);
    toy_ear_call(&ear);
    hear(10, &heard);
    TOY_CHECK(!heard.open && !heard.speaking && heard.next == 0u);
    TOY_CHECK_INT(toy_ear_take(&ear, 5u, &frame), TOY_ERR_AUTH);
}

static void what_is_played_arrives_whole(void)
{
    int16_t played[TOY_FRAME_SAMPLES];
    toy_gateway_block_t block = {.counter = 600u, .count = 41u};
    start();
    toy_ears_t ears = toy_gateway_client_ears(&client);
    for (int i = 0; i < TOY_FRAME_SAMPLES; ++i) {
        played[i] = (int16_t)(i * 97);
    }
    ears.play(ears.context, played);
    TOY_CHECK_BYTES(ear.played, played, sizeof played);
    toy_gateway_serve(&gateway, TOY_GATEWAY_PLAY, &block); /* a byte too many */
    TOY_CHECK_INT(block.status, TOY_ERR_ARG);
    block = (toy_gateway_block_t){.counter = UINT64_MAX, .count = 8u};
    toy_gateway_serve(&gateway, TOY_GATEWAY_PLAY, &block);
    TOY_CHECK_INT(block.status, TOY_ERR_ARG);
    block = (toy_gateway_block_t){.slot = 3u};
    toy_gateway_serve(&gateway, TOY_GATEWAY_LET_GO, &block);
    TOY_CHECK_INT(block.status, TOY_ERR_ARG);
}

int main(void)
{
    TOY_RUN(a_body_goes_through_and_back);
    TOY_RUN(the_household_is_the_vaults);
    TOY_RUN(what_was_heard_stays_until_somebody_calls);
    TOY_RUN(no_frame_is_heard_twice_and_the_caller_has_none_of_its_own);
    TOY_RUN(an_ear_that_nobody_closes_closes_itself);
    TOY_RUN(who_is_muted_hears_and_holds_nothing);
    TOY_RUN(what_is_played_arrives_whole);
    TOY_DONE();
}
