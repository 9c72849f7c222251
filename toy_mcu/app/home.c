#include "app/home.h"

#include <string.h>

#include "app/parts.h"

static const char *const PHASE[] = {"closed", "open", "digits", "locked"};

static void tell(toy_t *toy, const char *text) { toy_tell(&toy->config.listener, TOY_EVENT_PAIRING, 0, 0, text); }

void toy_home_init(toy_t *toy) { toy_speech_init(&toy->home.speech, &toy->phrases); }

bool toy_home_is_speaking(const toy_t *toy) { return toy->home.speech.at < toy->home.speech.count; }

bool toy_home_speak(toy_t *toy, int16_t samples[TOY_FRAME_SAMPLES])
{
    return toy_speech_next(&toy->home.speech, samples);
}

/* ---- the paw ------------------------------------------------------------------------------------------ */

static void watch_paw(toy_t *toy)
{
    const toy_household_t *vault = &toy->config.household;
    const toy_faults_t *paw = &toy->faults;
    if (!paw->button_down) {
        toy->home.paw_done = false;
    } else if (!toy->home.paw_done && toy_port_now_ms(toy->port) - paw->button_ms >= TOY_HOME_PAW_MS) {
        toy->home.paw_done = true;
        toy_turn_stop(&toy->turn, TOY_ABORT_REASON_PAW); /* that pressing it began */
        vault->open_window(vault->context);
    }
}

/* ---- what the secure world is doing ------------------------------------------------------------------- */

static void speak_digits(toy_t *toy, const char digits[TOY_PAIRING_DIGITS])
{
    char text[] = "digits ......";
    toy_turn_stop(&toy->turn, TOY_ABORT_REASON_PAW);
    toy_speech_hush(&toy->home.speech);
    for (unsigned twice = 0; twice < 2u; ++twice) {
        toy_ignore(toy_phrases_say_digits(&toy->home.speech, digits, TOY_PAIRING_DIGITS));
    }
    memcpy(text + sizeof text - 1u - TOY_PAIRING_DIGITS, digits, TOY_PAIRING_DIGITS);
    tell(toy, text);
}

/* Nothing of one household is left for the next. */
static void leave_household(toy_t *toy)
{
    toy_outbox_resume(&toy->outbox, 0u);
    toy_offline_forget(&toy->offline);
    toy_link_end(&toy->link);
}

static void notice(toy_t *toy, const toy_household_state_t *now)
{
    const toy_household_state_t *before = &toy->home.seen;
    if (now->successes != before->successes) {
        toy_speech_hush(&toy->home.speech);
        toy->home.forgetting = false; /* the key that was to go has been replaced: the new one stays */
        if (before->paired) {
            leave_household(toy);
        }
        tell(toy, "paired");
    }
    if (now->refusals != before->refusals) {
        tell(toy, "refused");
    }
    if (now->attempt != before->attempt && now->phase == TOY_PAIRING_DIGITS_OUT) {
        speak_digits(toy, now->digits);
    } else if (now->phase != before->phase) {
        tell(toy, PHASE[now->phase]);
    }
}

static void blink(toy_t *toy)
{
    bool lit = toy->home.seen.phase != TOY_PAIRING_CLOSED;
    bool on = lit && toy_port_now_ms(toy->port) / TOY_HOME_BLINK_MS % 2u == 0u;
    if (on != toy->home.lit) {
        toy->home.lit = on;
        toy_lights_show(toy);
    }
}

/* ---- being forgotten ---------------------------------------------------------------------------------- */

void toy_home_forget(toy_t *toy)
{
    toy->home.forgetting = true;
    toy->home.forget_ms = toy_port_now_ms(toy->port);
    toy_outbox_forgotten(&toy->outbox);
}

static void forget(toy_t *toy)
{
    const toy_household_t *vault = &toy->config.household;
    bool told = toy_link_is_quiet(&toy->link);
    if (!told && toy_port_now_ms(toy->port) - toy->home.forget_ms < TOY_HOME_FORGET_MS) {
        return;
    }
    toy->home.forgetting = false;
    if (vault->forget(vault->context) != TOY_OK) {
        toy_faults_raise(&toy->faults, TOY_FAULT_STORE, 0);
    }
    leave_household(toy);
    tell(toy, "forgotten");
}

void toy_home_step(toy_t *toy)
{
    const toy_household_t *vault = &toy->config.household;
    toy_household_state_t now;
    if (vault->look == NULL) {
        return; /* a toy without a vault: tests */
    }
    watch_paw(toy);
    vault->look(vault->context, &now);
    notice(toy, &now);
    memset(now.digits, 0, sizeof now.digits);
    toy->home.seen = now;
    blink(toy);
    if (toy->home.forgetting) {
        forget(toy);
    }
}
