/* The toy's half of pairing, step by step: who may begin, what a guess costs, and that a lock outlives a power cycle. */
#include "fake_port.h"
#include "secure/vault.h"
#include "toy_test.h"

#ifdef TOY_ON_QEMU
#include "qemu_an505/instructions.h"
#else
static uint64_t qemu_instructions(void) { return 0; }
#endif

static toy_port_t port;
static toy_vault_t vault;
static toy_cipher_t cipher;
static toy_household_t household;
static uint8_t answer[200];
static size_t answer_bytes;
static uint8_t attempt[8];

static void power_on(bool cable)
{
    TOY_CHECK_INT(toy_vault_init(&vault, &port, cable), TOY_OK);
    cipher = toy_vault_cipher(&vault);
    household = toy_vault_household(&vault);
}

static void fresh(bool cable)
{
    static const toy_port_t none;
    port = none;
    port.random = 7u;
    power_on(cable);
}

static toy_status_t step(uint8_t number, const uint8_t *payload, size_t count)
{
    return cipher.pair(cipher.context, number, attempt, payload, count, answer, &answer_bytes);
}

static uint8_t ask(uint8_t method)
{
    ++attempt[0];
    TOY_CHECK_INT(step(TOY_PAIR_ASK, &method, 1u), TOY_OK);
    return answer[0];
}

static toy_household_state_t look(void)
{
    toy_household_state_t state;
    household.look(household.context, &state);
    return state;
}

/* The base's half: a guess with these digits, and its tag when the toy's tag was right. */
static bool guess(const char *digits, size_t digits_count, uint8_t tag[32])
{
    static const uint8_t secret[32] = {9u, 1u, 2u};
    static const char on[] = "plush pairing 1";
    uint8_t payload[48] = {1u, 2u, 3u}, generator[32], isk[64];
    const toy_octets_t session = {payload, 16u};
    toy_cpace_result_t made;
    TOY_CHECK_INT(toy_cpace_generator((toy_octets_t){(const uint8_t *)digits, digits_count},
                                      (toy_octets_t){(const uint8_t *)on, sizeof on - 1u}, session, generator),
                  TOY_OK);
    TOY_CHECK_INT(toy_x25519(payload + 16, secret, generator), TOY_OK);
    if (step(TOY_PAIR_POINT, payload, sizeof payload) != TOY_OK || answer_bytes != 65u) {
        return false;
    }
    const toy_cpace_transcript_t said = {.session = session, .base_point = payload + 16, .toy_point = answer + 1};
    TOY_CHECK_INT(toy_cpace_session_key(&said, secret, answer + 1, isk), TOY_OK);
    toy_cpace_result(isk, session, &made);
    memcpy(tag, made.base_tag, 32u);
    return toy_same_32(made.toy_tag, answer + 33);
}

static void a_cable_needs_no_digits(void)
{
    uint8_t tag[32];
    fresh(true);
    TOY_CHECK(!look().paired);
    TOY_CHECK_INT(ask(TOY_PAIR_BY_CABLE), TOY_PAIR_OK);
    TOY_CHECK(guess("", 0u, tag));
    TOY_CHECK_INT(step(TOY_PAIR_TAG, tag, sizeof tag), TOY_OK);
    TOY_CHECK_INT(answer[0], TOY_PAIR_OK);
    TOY_CHECK(look().paired);
    TOY_CHECK_INT(ask(TOY_PAIR_BY_CABLE), TOY_PAIR_TAKEN);
    power_on(true);
    TOY_CHECK(look().paired); /* kept */
    household.open_window(household.context);
    TOY_CHECK_INT(ask(TOY_PAIR_BY_CABLE), TOY_PAIR_OK); /* who holds the paw holds the toy */
    TOY_CHECK_INT(household.forget(household.context), TOY_OK);
    power_on(true);
    TOY_CHECK(!look().paired);
}

static void only_a_cable_is_one(void)
{
    fresh(false);
    TOY_CHECK_INT(ask(TOY_PAIR_BY_CABLE), TOY_PAIR_NO_CABLE);
    household.open_window(household.context);
    TOY_CHECK_INT(ask(TOY_PAIR_BY_CABLE), TOY_PAIR_NO_CABLE);
}

static void digits_want_the_paw(void)
{
    uint8_t tag[32];
    fresh(false);
    TOY_CHECK_INT(ask(TOY_PAIR_BY_DIGITS), TOY_PAIR_NO_WINDOW);
    household.open_window(household.context);
    port.now_ms += TOY_PAIRING_WINDOW_MS;
    TOY_CHECK_INT(ask(TOY_PAIR_BY_DIGITS), TOY_PAIR_NO_WINDOW);
    household.open_window(household.context);
    TOY_CHECK_INT(ask(TOY_PAIR_BY_DIGITS), TOY_PAIR_OK);
    const toy_household_state_t state = look();
    TOY_CHECK_INT(ask(TOY_PAIR_BY_DIGITS), TOY_PAIR_BUSY);
    --attempt[0];
    TOY_CHECK(guess(state.digits, sizeof state.digits, tag));
    TOY_CHECK(!guess(state.digits, sizeof state.digits, tag)); /* one attempt, one guess */
    port.now_ms += 1000u;
    TOY_CHECK_INT(ask(TOY_PAIR_BY_DIGITS), TOY_PAIR_OK); /* replaced: its tag is worthless now */
    TOY_CHECK(memcmp(look().digits, state.digits, sizeof state.digits) != 0);
    TOY_CHECK_INT(step(TOY_PAIR_TAG, tag, sizeof tag), TOY_ERR_STATE);
    TOY_CHECK(!look().paired);
}

static void three_wrong_guesses_lock_even_through_a_power_cycle(void)
{
    uint8_t tag[32] = {0};
    fresh(false);
    for (unsigned tries = 0; tries < 3u; ++tries) {
        household.open_window(household.context);
        TOY_CHECK_INT(ask(TOY_PAIR_BY_DIGITS), TOY_PAIR_OK);
        TOY_CHECK(!guess("00000x", 6u, tag));
        TOY_CHECK_INT(step(TOY_PAIR_TAG, tag, sizeof tag), TOY_OK);
        TOY_CHECK_INT(answer[0], TOY_PAIR_WRONG);
        port.now_ms += 1000u;
    }
    household.open_window(household.context);
    TOY_CHECK_INT(ask(TOY_PAIR_BY_DIGITS), TOY_PAIR_LOCKED);
    TOY_CHECK_INT(answer[1] | answer[2] << 8, 59);
    port.now_ms += 40000u;
    power_on(false);
    household.open_window(household.context);
    TOY_CHECK_INT(ask(TOY_PAIR_BY_DIGITS), TOY_PAIR_LOCKED);
    TOY_CHECK_INT(answer[1] | answer[2] << 8, 60);
    port.now_ms += 60000u;
    household.open_window(household.context);
    TOY_CHECK_INT(ask(TOY_PAIR_BY_DIGITS), TOY_PAIR_OK);
    const toy_household_state_t state = look();
    TOY_CHECK(guess(state.digits, sizeof state.digits, tag));
    TOY_CHECK_INT(step(TOY_PAIR_TAG, tag, sizeof tag), TOY_OK);
    TOY_CHECK(look().paired);
    TOY_CHECK_INT(port.records[TOY_RECORD_TRIES][0], 0); /* forgiven */
}

static void a_toy_that_cannot_count_takes_no_guess(void)
{
    uint8_t tag[32];
    fresh(false);
    household.open_window(household.context);
    TOY_CHECK_INT(ask(TOY_PAIR_BY_DIGITS), TOY_PAIR_OK);
    const toy_household_state_t state = look();
    port.store_refuses = true;
    TOY_CHECK(!guess(state.digits, sizeof state.digits, tag));
}

static void nonsense_is_not_answered(void)
{
    static const uint8_t zeros[200];
    fresh(true);
    household.open_window(household.context);
    for (uint8_t number = 0; number < 8u; ++number) {
        for (size_t count = 0; count <= sizeof zeros; ++count) {
            toy_status_t status = step(number, zeros, count);
            TOY_CHECK(status != TOY_OK || (number == TOY_PAIR_ASK && count == 1u));
        }
    }
    TOY_CHECK(!look().paired);
}

static void an_attempt_costs_no_more_than_a_handshake_may(void)
{
    fresh(true);
    TOY_CHECK_INT(ask(TOY_PAIR_BY_CABLE), TOY_PAIR_OK);
    uint8_t payload[48] = {1u, 2u, 3u};
    payload[16] = 9u;
    uint64_t began = qemu_instructions();
    TOY_CHECK_INT(step(TOY_PAIR_POINT, payload, sizeof payload), TOY_OK);
    unsigned cost = (unsigned)(qemu_instructions() - began);
    printf("task pair_point frames=1 mean=%u most=%u\n", cost, cost);
    TOY_CHECK(cost <= 3500000u);
}

int main(void)
{
    TOY_RUN(a_cable_needs_no_digits);
    TOY_RUN(only_a_cable_is_one);
    TOY_RUN(digits_want_the_paw);
    TOY_RUN(three_wrong_guesses_lock_even_through_a_power_cycle);
    TOY_RUN(a_toy_that_cannot_count_takes_no_guess);
    TOY_RUN(nonsense_is_not_answered);
    TOY_RUN(an_attempt_costs_no_more_than_a_handshake_may);
    TOY_DONE();
}
