#include "puppet_turn.h"

#include <string.h>

toy_port_t port;
puppet_t remote, local;
toy_turn_t turn;
toy_ear_t ear;
toy_hearing_t hearing;

static uint8_t block[40000];
static uint32_t samples_gone, noise;
static toy_listener_t nobody;
static toy_phrases_t phrases; /* none: see test_nod.c */
static toy_nod_t nod;

static toy_status_t begin(void *context, const toy_question_t *question)
{
    puppet_t *puppet = context;
    puppet->begun += !puppet->absent;
    puppet->question = *question;
    return puppet->absent ? TOY_ERR_STATE : TOY_OK;
}

static toy_status_t feed(void *context, const toy_question_end_t *end)
{
    puppet_t *puppet = context;
    if (end != NULL) {
        ++puppet->ended;
        puppet->end = *end;
    }
    return puppet->fails || (puppet->fails_at_end && end != NULL) ? TOY_ERR_STATE : TOY_OK;
}

static toy_answer_t next_audio(void *context, int16_t samples[TOY_FRAME_SAMPLES])
{
    puppet_t *puppet = context;
    samples[0] = 1;
    return puppet->sounds_left-- > 0 ? TOY_ANSWER_SOUND : puppet->answer;
}

static void cancel(void *context, uint8_t reason)
{
    puppet_t *puppet = context;
    ++puppet->cancelled;
    puppet->reason = reason;
}

void fresh(bool open_microphone)
{
    toy_arena_t arena;
    memset(&port, 0, sizeof port);
    port.now_ms = UINT32_MAX - 1700u; /* so that it wraps within most tests */
    memset(&remote, 0, sizeof remote);
    memset(&local, 0, sizeof local);
    remote.answer = local.answer = TOY_ANSWER_WAIT;
    samples_gone = 0;
    noise = 1;
    toy_arena_init(&arena, block, sizeof block);
    const toy_ear_config_t ears = {.open_microphone = open_microphone};
    toy_ignore(toy_ear_init(&ear, &ears, &arena));
    const toy_ears_t service = toy_ear_ears(&ear);
    toy_hearing_init(&hearing, &service);
    const toy_turn_config_t config = {
        .port = &port,
        .remote = {"remote", &remote, begin, feed, next_audio, cancel},
        .local = {"local", &local, begin, feed, next_audio, cancel},
        .hearing = &hearing,
        .listener = &nobody,
        .nod = &nod,
        .open_microphone = open_microphone,
        .first_turn = 65535,
    };
    toy_nod_init(&nod, &phrases);
    toy_turn_init(&turn, &config);
    toy_turn_link(&turn, true);
}

void run(fake_sound_t what, uint32_t ms)
{
    int16_t samples[TOY_FRAME_SAMPLES];
    for (uint32_t gone = 0; gone < ms; gone += TOY_FRAME_MS) {
        port.now_ms += TOY_FRAME_MS;
        fake_sound_frame(what, samples_gone, &noise, samples);
        samples_gone += TOY_FRAME_SAMPLES;
        const toy_heed_t heed = {.flags = toy_turn_heeds(&turn)};
        toy_hearing_frame(&hearing, samples, &heed);
        toy_turn_hear(&turn);
        toy_turn_step(&turn);
        toy_turn_speak(&turn, samples);
    }
}

void ask(void)
{
    run(FAKE_QUIET, 500);
    toy_turn_paw(&turn);
    run(FAKE_VOICE, 1000);
}
