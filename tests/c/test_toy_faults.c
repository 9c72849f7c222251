/* The whole toy in a world that misbehaves: damaged content, a dead microphone, a stuck paw, a flood, a base that keeps to nothing. */
#include "fake_home.h"
#include "toy_test.h"

static fake_home_t home;

static void fresh(bool open_microphone) { TOY_CHECK(fake_home_fresh(&home, open_microphone)); }

static void ask(void) { TOY_CHECK(fake_home_ask(&home)); }

static void a_damaged_phrase_bank_is_a_fault_and_the_turn_ends_in_silence(void)
{
    memset(&home, 0, sizeof home);
    toy_config_t config = fake_home_config(&home, true);
    config.phrases_bytes -= 1u;
    fake_home_start(&home, true, &config);
    home.plugged = false;
    fake_home_run(&home, FAKE_QUIET, 1600);
    TOY_CHECK(home.port.led[0] > home.port.led[2]); /* amber */
    ask();
    TOY_CHECK(fake_home_until(&home, TOY_IDLE, 1000));
    TOY_CHECK_INT(home.local_frames, 0);
    home.plugged = true;
    fake_home_run(&home, FAKE_QUIET, 1000);
    TOY_CHECK_INT(fake_base_last(&home.base, TOY_MESSAGE_ERROR)->error.code, TOY_FAULT_PHRASES);
    TOY_CHECK_INT(fake_base_count(&home.base, TOY_MESSAGE_ERROR), 1);
    home.base.answer_frames = 10;
    ask();
    TOY_CHECK(fake_home_until(&home, TOY_IDLE, 2000));
    TOY_CHECK_INT(home.remote_frames, 10); /* the base can still speak through it */
}

static void a_microphone_of_zeros_is_reported_and_a_turn_ends_unspoken(void)
{
    fresh(false);
    toy_listen(home.toy);
    fake_home_run(&home, FAKE_ZEROS, 6500);
    TOY_CHECK_INT(home.errors[TOY_FAULT_MICROPHONE], 1);
    TOY_CHECK_INT(fake_base_last(&home.base, TOY_MESSAGE_ERROR)->error.code, TOY_FAULT_MICROPHONE);
    TOY_CHECK_INT(fake_base_last(&home.base, TOY_MESSAGE_END_OF_SPEECH)->end_of_speech.reason,
                  TOY_END_REASON_NO_SPEECH);
    TOY_CHECK(fake_home_until(&home, TOY_IDLE, 20000));
    TOY_CHECK_INT(home.local_frames, 0); /* nobody spoke, nobody is answered */
}

static void a_link_too_slow_for_the_microphone_is_left(void)
{
    fresh(true);
    fake_home_run(&home, FAKE_VOICE, 300);
    TOY_CHECK_INT(toy_state(home.toy), TOY_LISTENING);
    for (unsigned i = 0; i < 500u && home.errors[TOY_FAULT_CAPTURE_FULL] == 0u; ++i) {
        uint8_t bytes[TOY_WIRE_ROOM_BYTES];
        int16_t samples[TOY_FRAME_SAMPLES];
        home.port.now_ms += TOY_FRAME_MS;
        fake_sound_frame(FAKE_VOICE, home.samples, &home.noise, samples);
        home.samples += TOY_FRAME_SAMPLES;
        toy_wire_receive(home.toy, home.base.out, home.base.out_bytes);
        home.base.out_bytes = 0;
        toy_mic_frame(home.toy, samples);
        toy_step(home.toy);
        toy_speaker_frame(home.toy, samples);
        /* One frame in three ticks gets through. */
        size_t count = i % 3u == 0u ? toy_wire_transmit(home.toy, bytes, sizeof bytes) : 0u;
        fake_base_tick(&home.base, home.port.now_ms, bytes, count);
    }
    TOY_CHECK_INT(home.errors[TOY_FAULT_CAPTURE_FULL], 1);
    TOY_CHECK(home.brain[0] == 'l');
    home.plugged = false;
    TOY_CHECK(fake_home_until(&home, TOY_IDLE, 10000));
    TOY_CHECK(home.local_frames > 0u);
}

static void a_stuck_paw_is_ignored_until_it_is_let_go(void)
{
    fresh(false);
    toy_button(home.toy, true);
    fake_home_run(&home, FAKE_QUIET, 31000);
    TOY_CHECK_INT(home.errors[TOY_FAULT_BUTTON], 1);
    TOY_CHECK_INT(fake_base_last(&home.base, TOY_MESSAGE_ERROR)->error.code, TOY_FAULT_BUTTON);
    TOY_CHECK(fake_home_until(&home, TOY_IDLE, 30000));
    fake_home_look(&home);
    fake_home_run(&home, FAKE_QUIET, 60000);
    TOY_CHECK_INT(home.states_count, 0);
    toy_button(home.toy, false);
    toy_button(home.toy, true);
    TOY_CHECK_INT(toy_state(home.toy), TOY_LISTENING);
}

static void a_flood_on_the_link_disturbs_neither_sound_nor_paw(void)
{
    static uint8_t junk[20000];
    fresh(true);
    for (size_t i = 0; i < sizeof junk; ++i) {
        junk[i] = (uint8_t)(i * 7u);
    }
    home.base.answer_frames = 30;
    for (unsigned i = 0; i < 50u; ++i) {
        toy_wire_receive(home.toy, junk, sizeof junk);
        fake_home_run(&home, FAKE_VOICE, 20);
    }
    TOY_CHECK_INT(home.errors[TOY_FAULT_LINK_FLOOD], 1);
    TOY_CHECK_INT(toy_state(home.toy), TOY_LISTENING);
    toy_button(home.toy, true);
    TOY_CHECK_INT(toy_state(home.toy), TOY_THINKING);
    toy_button(home.toy, false);
    TOY_CHECK(fake_home_until(&home, TOY_IDLE, 20000));
    TOY_CHECK(home.local_frames == 0u || home.remote_frames == 0u);
    fake_home_run(&home, FAKE_QUIET, 5000);
    fake_base_restart(&home.base);
    fake_home_run(&home, FAKE_QUIET, 1000);
    TOY_CHECK_INT(fake_base_last(&home.base, TOY_MESSAGE_ERROR)->error.code, TOY_FAULT_LINK_FLOOD);
}

static void more_reply_than_was_granted_is_dropped(void)
{
    fresh(true);
    home.base.answer_frames = 100;
    home.base.over_credit = true;
    ask();
    TOY_CHECK(fake_home_until(&home, TOY_IDLE, 5000));
    TOY_CHECK_INT(home.errors[TOY_FAULT_CREDIT], 1);
    TOY_CHECK(home.remote_frames >= 40u && home.remote_frames < 100u);
}

static void a_reply_in_another_codec_is_answered_by_the_toy(void)
{
    fresh(true);
    ask();
    const toy_message_t start = {.type = TOY_MESSAGE_SPEAK_START, .speak_start = {toy_turn_id(home.toy), 3, 16000}};
    fake_base_send(&home.base, &start);
    TOY_CHECK(fake_home_until(&home, TOY_IDLE, 5000));
    TOY_CHECK_INT(home.errors[TOY_FAULT_REPLY], 1);
    TOY_CHECK(home.local_frames > 0u);
}

static void a_hung_microphone_starves_the_watchdog(void)
{
    fresh(false);
    unsigned alive = home.port.alive;
    fake_home_run(&home, FAKE_QUIET, 200);
    TOY_CHECK_INT(home.port.alive, alive + 10u);
    for (unsigned i = 0; i < 100u; ++i) {
        home.port.now_ms += 20;
        toy_step(home.toy);
    }
    TOY_CHECK_INT(home.port.alive, alive + 10u + 50u);
    TOY_CHECK_INT(home.errors[TOY_FAULT_HUNG], 1);
}

int main(void)
{
    TOY_RUN(a_damaged_phrase_bank_is_a_fault_and_the_turn_ends_in_silence);
    TOY_RUN(a_microphone_of_zeros_is_reported_and_a_turn_ends_unspoken);
    TOY_RUN(a_link_too_slow_for_the_microphone_is_left);
    TOY_RUN(a_stuck_paw_is_ignored_until_it_is_let_go);
    TOY_RUN(a_flood_on_the_link_disturbs_neither_sound_nor_paw);
    TOY_RUN(more_reply_than_was_granted_is_dropped);
    TOY_RUN(a_reply_in_another_codec_is_answered_by_the_toy);
    TOY_RUN(a_hung_microphone_starves_the_watchdog);
    TOY_DONE();
}
