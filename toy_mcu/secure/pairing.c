#include "secure/pairing.h"

#include <string.h>

static const char channel[] = "plush pairing 1";

static uint32_t now_ms(const toy_pairing_t *pairing) { return toy_port_now_ms(pairing->port); }

void toy_pairing_init(toy_pairing_t *pairing, toy_port_t *port, bool cable)
{
    size_t count = sizeof pairing->wrong_tries;
    memset(pairing, 0, sizeof *pairing);
    pairing->port = port;
    pairing->cable = cable;
    pairing->failed_ms = now_ms(pairing);
    if (toy_port_store_read(port, TOY_RECORD_TRIES, &pairing->wrong_tries, &count) != TOY_OK) {
        pairing->wrong_tries = 0u;
    }
}

static void end(toy_pairing_t *pairing)
{
    pairing->running = pairing->answered = false;
    toy_wipe(&pairing->result, sizeof pairing->result);
    toy_wipe(pairing->digits, sizeof pairing->digits);
}

static void refuse(toy_pairing_t *pairing, const char *why)
{
    ++pairing->refusals;
    toy_port_log(pairing->port, why);
    end(pairing);
}

/* What time has ended. */
static void look_at_the_clock(toy_pairing_t *pairing)
{
    if (pairing->window && now_ms(pairing) - pairing->window_ms >= TOY_PAIRING_WINDOW_MS) {
        pairing->window = false;
    }
    if (pairing->running && now_ms(pairing) - pairing->began_ms >= TOY_PAIRING_ATTEMPT_MS) {
        end(pairing);
    }
}

void toy_pairing_open_window(toy_pairing_t *pairing)
{
    pairing->window = true;
    pairing->window_ms = now_ms(pairing);
}

/* How long pairing by digits is still refused. */
static uint32_t lock_ms(const toy_pairing_t *pairing)
{
    uint32_t rounds = pairing->wrong_tries / TOY_PAIRING_TRIES;
    if (rounds == 0u || pairing->wrong_tries % TOY_PAIRING_TRIES != 0u) {
        return 0u;
    }
    uint32_t doublings = rounds - 1u < TOY_PAIRING_LOCK_DOUBLINGS ? rounds - 1u : TOY_PAIRING_LOCK_DOUBLINGS;
    uint32_t lock = TOY_PAIRING_LOCK_MS << doublings, gone = now_ms(pairing) - pairing->failed_ms;
    return gone < lock ? lock - gone : 0u;
}

static toy_status_t count_tries(toy_pairing_t *pairing, uint8_t tries)
{
    pairing->wrong_tries = tries;
    pairing->failed_ms = now_ms(pairing);
    return toy_port_store_write(pairing->port, TOY_RECORD_TRIES, &tries, sizeof tries);
}

/* Each of the million with the same chance: numbers that would favour the low ones are drawn again. */
static toy_status_t draw_digits(toy_pairing_t *pairing)
{
    uint32_t number = UINT32_MAX;
    while (number >= 4294u * 1000000u) {
        TOY_TRY(toy_port_random(pairing->port, &number, sizeof number));
    }
    for (unsigned i = 0u; i < TOY_PAIRING_DIGITS; ++i, number /= 10u) {
        pairing->digits[i] = (char)('0' + number % 10u);
    }
    return TOY_OK;
}

static uint8_t may_begin(const toy_pairing_t *pairing, const toy_pairing_input_t *input, uint8_t method)
{
    if (pairing->running && !pairing->answered && now_ms(pairing) - pairing->began_ms < TOY_PAIRING_BUSY_MS) {
        return TOY_PAIR_BUSY;
    }
    if (method == TOY_PAIR_BY_CABLE) {
        return !pairing->cable ? TOY_PAIR_NO_CABLE : input->paired && !pairing->window ? TOY_PAIR_TAKEN : TOY_PAIR_OK;
    }
    return !pairing->window ? TOY_PAIR_NO_WINDOW : lock_ms(pairing) > 0u ? TOY_PAIR_LOCKED : TOY_PAIR_OK;
}

static const char *const REFUSED[] = {
    [TOY_PAIR_NO_WINDOW] = "pairing refused: hold the paw first", [TOY_PAIR_LOCKED] = "pairing refused: locked",
    [TOY_PAIR_TAKEN] = "pairing refused: another household", [TOY_PAIR_NO_CABLE] = "pairing refused: no cable",
    [TOY_PAIR_BUSY] = "pairing refused: busy",
};

static toy_status_t ask(toy_pairing_t *pairing, const toy_pairing_input_t *input, uint8_t *answer, size_t *answer_bytes)
{
    if (input->payload.count != 1u || input->payload.bytes[0] > TOY_PAIR_BY_DIGITS) {
        return TOY_ERR_FORMAT;
    }
    uint8_t method = input->payload.bytes[0];
    uint8_t status = may_begin(pairing, input, method);
    uint32_t wait_s = status == TOY_PAIR_LOCKED ? (lock_ms(pairing) + 999u) / 1000u : 0u;
    answer[0] = status;
    answer[1] = (uint8_t)wait_s;
    answer[2] = (uint8_t)(wait_s >> 8);
    *answer_bytes = 3u;
    if (status != TOY_PAIR_OK) {
        ++pairing->refusals;
        toy_port_log(pairing->port, REFUSED[status]); /* a running attempt goes on */
        return TOY_OK;
    }
    end(pairing);
    if (method == TOY_PAIR_BY_DIGITS) {
        TOY_TRY(draw_digits(pairing));
        ++pairing->attempt;
    }
    memcpy(pairing->id, input->id, sizeof pairing->id);
    pairing->method = method;
    pairing->running = true;
    pairing->began_ms = now_ms(pairing);
    return TOY_OK;
}

static toy_status_t guess(toy_pairing_t *pairing, const uint8_t *session, const uint8_t *base_point, uint8_t *point,
                          uint8_t *tag)
{
    uint8_t secret[TOY_KEY_BYTES], generator[TOY_KEY_BYTES], isk[TOY_SHA512_BYTES];
    const toy_octets_t id = {session, TOY_PAIRING_SESSION_BYTES};
    const toy_octets_t digits = {(const uint8_t *)pairing->digits,
                                 pairing->method == TOY_PAIR_BY_DIGITS ? sizeof pairing->digits : 0u};
    const toy_octets_t on = {(const uint8_t *)channel, sizeof channel - 1u};
    const toy_cpace_transcript_t said = {.session = id, .base_point = base_point, .toy_point = point};
    TOY_TRY(toy_port_random(pairing->port, secret, sizeof secret));
    toy_status_t status = toy_cpace_generator(digits, on, id, generator);
    if (status == TOY_OK) {
        status = toy_x25519(point, secret, generator);
    }
    if (status == TOY_OK) {
        status = toy_cpace_session_key(&said, secret, base_point, isk);
    }
    if (status == TOY_OK) {
        toy_cpace_result(isk, id, &pairing->result);
        memcpy(tag, pairing->result.toy_tag, TOY_CPACE_TAG_BYTES);
    }
    toy_wipe(secret, sizeof secret);
    toy_wipe(generator, sizeof generator);
    toy_wipe(isk, sizeof isk);
    return status;
}

static bool is_running(const toy_pairing_t *pairing, const toy_pairing_input_t *input)
{
    return pairing->running && memcmp(pairing->id, input->id, sizeof pairing->id) == 0;
}

static toy_status_t take_point(toy_pairing_t *pairing, const toy_pairing_input_t *input, uint8_t *answer,
                               size_t *answer_bytes)
{
    if (input->payload.count != TOY_PAIRING_SESSION_BYTES + TOY_KEY_BYTES || !is_running(pairing, input) ||
        pairing->answered) {
        return TOY_ERR_STATE; /* one attempt, one guess */
    }
    if (pairing->method == TOY_PAIR_BY_DIGITS) {
        uint8_t tries = pairing->wrong_tries < UINT8_MAX ? (uint8_t)(pairing->wrong_tries + 1u) : pairing->wrong_tries;
        TOY_TRY(count_tries(pairing, tries)); /* a toy that cannot keep count does not take guesses */
    }
    pairing->answered = true;
    const uint8_t *session = input->payload.bytes;
    toy_status_t status =
        guess(pairing, session, session + TOY_PAIRING_SESSION_BYTES, answer + 1, answer + 1 + TOY_KEY_BYTES);
    if (status != TOY_OK) {
        refuse(pairing, "pairing refused: worthless point");
        return status;
    }
    answer[0] = TOY_PAIR_OK;
    *answer_bytes = 1u + TOY_KEY_BYTES + TOY_CPACE_TAG_BYTES;
    return TOY_OK;
}

static toy_status_t take_tag(toy_pairing_t *pairing, const toy_pairing_input_t *input, uint8_t *answer,
                             size_t *answer_bytes, uint8_t psk[TOY_KEY_BYTES], bool *found)
{
    if (input->payload.count != TOY_CPACE_TAG_BYTES || !is_running(pairing, input) || !pairing->answered) {
        return TOY_ERR_STATE;
    }
    *answer_bytes = 1u;
    if (!toy_same_32(input->payload.bytes, pairing->result.base_tag)) {
        answer[0] = TOY_PAIR_WRONG;
        refuse(pairing, "pairing refused: wrong digits");
        return TOY_OK;
    }
    memcpy(psk, pairing->result.psk, TOY_KEY_BYTES);
    *found = true;
    answer[0] = TOY_PAIR_OK;
    if (pairing->method == TOY_PAIR_BY_DIGITS) {
        toy_ignore(count_tries(pairing, 0u)); /* at worst an old count stands and locks sooner */
    }
    ++pairing->successes;
    pairing->window = false;
    end(pairing);
    return TOY_OK;
}

toy_status_t toy_pairing_step(toy_pairing_t *pairing, const toy_pairing_input_t *input, uint8_t *answer,
                              size_t *answer_bytes, uint8_t psk[TOY_KEY_BYTES], bool *found)
{
    *found = false;
    *answer_bytes = 0u;
    look_at_the_clock(pairing);
    switch (input->step) {
    case TOY_PAIR_ASK:
        return ask(pairing, input, answer, answer_bytes);
    case TOY_PAIR_POINT:
        return take_point(pairing, input, answer, answer_bytes);
    case TOY_PAIR_TAG:
        return take_tag(pairing, input, answer, answer_bytes, psk, found);
    default:
        return TOY_ERR_FORMAT;
    }
}

void toy_pairing_look(toy_pairing_t *pairing, toy_household_state_t *state)
{
    look_at_the_clock(pairing);
    bool digits_out = pairing->running && pairing->method == TOY_PAIR_BY_DIGITS;
    *state = (toy_household_state_t){
        .phase = (uint8_t)(digits_out             ? TOY_PAIRING_DIGITS_OUT
                           : !pairing->window     ? TOY_PAIRING_CLOSED
                           : lock_ms(pairing) > 0u ? TOY_PAIRING_LOCKED
                                                  : TOY_PAIRING_OPEN),
        .attempt = pairing->attempt,
        .successes = pairing->successes,
        .refusals = pairing->refusals,
    };
    if (digits_out) {
        memcpy(state->digits, pairing->digits, sizeof state->digits);
    }
}
