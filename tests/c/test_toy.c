/* The whole toy over the real protocol, with a base station that behaves, goes away, or misbehaves. */
#include "app/parts.h"
#include "fake_home.h"
#include "link/bytes.h"
#include "toy_test.h"

static fake_home_t home;

static void fresh(bool open_microphone)
{
    memset(&home, 0, sizeof home);
    home.port.random = 42;
    fake_home_start(&home, open_microphone, NULL);
    fake_home_run(&home, FAKE_QUIET, 500);
    TOY_CHECK(home.base.up);
    TOY_CHECK_INT(toy_state(home.toy), TOY_IDLE);
    fake_home_look(&home);
}

static void without_base(void)
{
    memset(&home, 0, sizeof home);
    home.port.random = 42;
    fake_home_start(&home, true, NULL);
    home.plugged = false;
    fake_home_run(&home, FAKE_QUIET, 1600);
    fake_home_look(&home);
}

static void ask(void)
{
    fake_home_run(&home, FAKE_VOICE, 1000);
    /* to thinking; the toy by itself thinks no time */
    TOY_CHECK(fake_home_leaves(&home, TOY_LISTENING, 1000));
}

static void abort_from_base(uint16_t turn, uint8_t reason)
{
    const toy_message_t message = {.type = TOY_MESSAGE_ABORT, .abort = {turn, reason}};
    fake_base_send(&home.base, &message);
}

static bool saw_states(const char *letters) /* l t s i m */
{
    static const char LETTER[] = "iltsam";
    for (unsigned i = 0; i < home.states_count; ++i) {
        if (letters[i] == '\0' || LETTER[home.states[i]] != letters[i]) {
            return false;
        }
    }
    return letters[home.states_count] == '\0';
}

/* ---- with a base --------------------------------------------------------------------------------------- */

static void introduces_itself(void)
{
    fresh(false);
    TOY_CHECK_INT(home.base.got[0].type, TOY_MESSAGE_HELLO);
    TOY_CHECK_INT(home.base.got[0].hello.role, TOY_PEER_ROLE_TOY);
    TOY_CHECK_INT(fake_base_last(&home.base, TOY_MESSAGE_STATE)->state.name, TOY_STATE_NAME_IDLE);
    TOY_CHECK_INT(fake_base_last(&home.base, TOY_MESSAGE_VOLUME)->volume.level, 100);
    TOY_CHECK_INT(fake_base_last(&home.base, TOY_MESSAGE_TIME)->time.unix_s, 0);
    TOY_CHECK_INT(fake_base_count(&home.base, TOY_MESSAGE_TIME), 1);
    toy_battery(home.toy, 80, 3900, false);
    fake_home_run(&home, FAKE_QUIET, 1000);
    TOY_CHECK_INT(fake_base_last(&home.base, TOY_MESSAGE_BATTERY)->battery.millivolts, 3900);
    TOY_CHECK(fake_base_count(&home.base, TOY_MESSAGE_PONG) >= 1u);
    TOY_CHECK_INT(fake_base_last(&home.base, TOY_MESSAGE_PONG)->pong.token, 7);
}

static void a_whole_turn_with_the_base(void)
{
    fresh(true);
    home.base.answer_frames = 100; /* 2 s, more than the toy keeps ahead: credit is needed */
    home.base.answer_after_ms = 300;
    fake_home_run(&home, FAKE_VOICE, 400);
    TOY_CHECK(home.base.audio_frames >= 15u); /* sound goes up while the child still speaks */
    ask();
    uint16_t turn = toy_turn_id(home.toy);
    TOY_CHECK(fake_home_until(&home, TOY_SPEAKING, 1000));
    TOY_CHECK(fake_home_until(&home, TOY_IDLE, 3000));
    fake_home_run(&home, FAKE_QUIET, 100);
    TOY_CHECK(saw_states("ltsi"));
    TOY_CHECK_INT(home.remote_frames, 100);
    TOY_CHECK_INT(home.local_frames, 0);
    TOY_CHECK_INT(home.playback_done, 1);
    const toy_message_t *wake = fake_base_last(&home.base, TOY_MESSAGE_WAKE);
    const toy_message_t *end = fake_base_last(&home.base, TOY_MESSAGE_END_OF_SPEECH);
    const toy_message_t *done = fake_base_last(&home.base, TOY_MESSAGE_PLAYBACK_DONE);
    TOY_CHECK_INT(wake->wake.turn, turn);
    TOY_CHECK_INT(wake->wake.reason, TOY_WAKE_REASON_FORCED);
    TOY_CHECK(wake->wake.preroll_ms >= 200u && wake->wake.preroll_ms <= 600u);
    TOY_CHECK_INT(end->end_of_speech.turn, turn);
    TOY_CHECK_INT(end->end_of_speech.frames, home.base.audio_frames);
    TOY_CHECK_INT(end->end_of_speech.reason, TOY_END_REASON_SILENCE);
    TOY_CHECK(end->end_of_speech.voiced_end > home.base.first_sample);
    TOY_CHECK_INT(home.base.out_of_order, 0);
    TOY_CHECK_INT(done->playback_done.turn, turn);
    TOY_CHECK_INT(done->playback_done.frames, 100);
    TOY_CHECK_INT(done->playback_done.reason, TOY_PLAYBACK_REASON_FINISHED);
    TOY_CHECK_INT(fake_base_count(&home.base, TOY_MESSAGE_ABORT), 0);
    fake_base_send_audio(&home.base, turn, 100); /* nothing more of it */
    fake_home_run(&home, FAKE_QUIET, 40);
    toy_stats_t stats;
    toy_stats(home.toy, &stats);
    TOY_CHECK_INT(stats.stale_frames, 1);
    TOY_CHECK_INT(stats.frames_up, home.base.next_in);
    TOY_CHECK_INT(stats.sessions, 1);
}

static void a_second_turn_follows_with_the_next_number(void)
{
    fresh(true);
    home.base.answer_frames = 10;
    ask();
    uint16_t turn = toy_turn_id(home.toy);
    TOY_CHECK(fake_home_until(&home, TOY_IDLE, 3000));
    ask();
    TOY_CHECK_INT(toy_turn_id(home.toy), (uint16_t)(turn + 1u));
    TOY_CHECK(fake_home_until(&home, TOY_IDLE, 3000));
    TOY_CHECK_INT(home.remote_frames, 20);
}

static void the_toy_aborts_and_hears_no_more_of_that_turn(void)
{
    fresh(true);
    home.base.answer_frames = 100;
    ask();
    uint16_t turn = toy_turn_id(home.toy);
    TOY_CHECK(fake_home_until(&home, TOY_SPEAKING, 1000));
    toy_button(home.toy, true);
    toy_button(home.toy, false);
    TOY_CHECK_INT(toy_state(home.toy), TOY_IDLE);
    fake_home_look(&home);
    fake_home_run(&home, FAKE_QUIET, 100);
    TOY_CHECK_INT(fake_base_last(&home.base, TOY_MESSAGE_ABORT)->abort.turn, turn);
    TOY_CHECK_INT(fake_base_last(&home.base, TOY_MESSAGE_ABORT)->abort.reason, TOY_ABORT_REASON_PAW);
    TOY_CHECK_INT(fake_base_last(&home.base, TOY_MESSAGE_PLAYBACK_DONE)->playback_done.reason,
                  TOY_PLAYBACK_REASON_INTERRUPTED);
    for (uint16_t i = 0; i < 10u; ++i) { /* a base that did not understand */
        fake_base_send_audio(&home.base, turn, (uint16_t)(100u + i));
    }
    fake_home_run(&home, FAKE_QUIET, 1000);
    TOY_CHECK_INT(home.remote_frames, 0);
    toy_stats_t stats;
    toy_stats(home.toy, &stats);
    TOY_CHECK(stats.stale_frames >= 10u);
}

static void the_base_aborts_in_every_state_and_is_told_so(void)
{
    static const toy_state_t WHEN[] = {TOY_LISTENING, TOY_THINKING, TOY_SPEAKING};
    for (unsigned i = 0; i < 3u; ++i) {
        fresh(true);
        home.base.answer_frames = WHEN[i] == TOY_SPEAKING ? 100 : -1;
        fake_home_run(&home, FAKE_VOICE, 600);
        TOY_CHECK(fake_home_until(&home, WHEN[i], 3000));
        uint16_t turn = toy_turn_id(home.toy);
        home.base.answering = false;
        abort_from_base((uint16_t)(turn - 1u), TOY_ABORT_REASON_SUPERSEDED); /* an older one does nothing */
        fake_home_run(&home, FAKE_QUIET, 40);
        TOY_CHECK_INT(toy_state(home.toy), WHEN[i]);
        TOY_CHECK_INT(fake_base_last(&home.base, TOY_MESSAGE_ABORT_ACK)->abort_ack.turn, (uint16_t)(turn - 1u));
        abort_from_base(turn, TOY_ABORT_REASON_WAKE_REFUSED);
        fake_home_run(&home, FAKE_QUIET, 40);
        TOY_CHECK_INT(toy_state(home.toy), TOY_IDLE);
        TOY_CHECK_INT(fake_base_last(&home.base, TOY_MESSAGE_ABORT_ACK)->abort_ack.turn, turn);
        TOY_CHECK_INT(fake_base_count(&home.base, TOY_MESSAGE_ABORT), 0);
        TOY_CHECK_INT(fake_base_count(&home.base, TOY_MESSAGE_PLAYBACK_DONE), WHEN[i] == TOY_SPEAKING);
        fake_home_look(&home);
        fake_home_run(&home, FAKE_QUIET, 500);
        TOY_CHECK_INT(home.remote_frames + home.local_frames, 0);
    }
}

static void a_question_held_up_by_the_cable_arrives_whole(void)
{
    fresh(true);
    home.base.answer_frames = 10;
    fake_home_run(&home, FAKE_VOICE, 1000);
    home.plugged = false; /* over the end of the question, for less than makes the base gone */
    fake_home_run(&home, FAKE_QUIET, 600);
    TOY_CHECK_INT(toy_state(home.toy), TOY_THINKING);
    home.plugged = true;
    TOY_CHECK(fake_home_until(&home, TOY_IDLE, 5000));
    TOY_CHECK_INT(fake_base_last(&home.base, TOY_MESSAGE_END_OF_SPEECH)->end_of_speech.frames, home.base.audio_frames);
    TOY_CHECK_INT(home.base.out_of_order, 0);
    TOY_CHECK_INT(home.remote_frames, 10);
}

static void sound_that_waits_is_dropped_with_its_turn(void)
{
    fresh(true);
    fake_home_run(&home, FAKE_VOICE, 600);
    home.plugged = false;
    fake_home_run(&home, FAKE_VOICE, 600);
    toy_mute(home.toy, true);
    home.plugged = true;
    fake_home_run(&home, FAKE_VOICE, 1000);
    TOY_CHECK_INT(fake_base_count(&home.base, TOY_MESSAGE_ABORT), 1);
    TOY_CHECK_INT(home.base.audio_after_abort, 0);
}

static void an_abort_waits_for_room_in_its_lane(void)
{
    fresh(true);
    home.base.answer_frames = 100;
    ask();
    TOY_CHECK(fake_home_until(&home, TOY_SPEAKING, 1000));
    const toy_message_t filler = {.type = TOY_MESSAGE_TRACE, .trace = {.text = toy_text("filler", 180)}};
    while (toy_link_send(&home.toy->link, &filler) == TOY_OK) {
    }
    toy_button(home.toy, true);
    fake_home_run(&home, FAKE_QUIET, 1000);
    TOY_CHECK_INT(fake_base_count(&home.base, TOY_MESSAGE_ABORT), 1);
    TOY_CHECK_INT(fake_base_last(&home.base, TOY_MESSAGE_ABORT)->abort.turn, home.last_turn);
    TOY_CHECK_INT(fake_base_count(&home.base, TOY_MESSAGE_PLAYBACK_DONE), 1);
}

static void mute_sends_nothing_of_the_microphone(void)
{
    fresh(true);
    fake_home_run(&home, FAKE_VOICE, 500);
    TOY_CHECK_INT(toy_state(home.toy), TOY_LISTENING);
    toy_mute(home.toy, true);
    fake_home_run(&home, FAKE_VOICE, 40);
    unsigned frames = home.base.audio_in_all;
    fake_home_run(&home, FAKE_VOICE, 3000);
    TOY_CHECK_INT(home.base.audio_in_all, frames);
    TOY_CHECK_INT(toy_state(home.toy), TOY_MUTED);
    TOY_CHECK_INT(fake_base_last(&home.base, TOY_MESSAGE_ABORT)->abort.reason, TOY_ABORT_REASON_MUTED);
    TOY_CHECK(fake_base_last(&home.base, TOY_MESSAGE_MUTE)->mute.on);
    TOY_CHECK_INT(fake_base_last(&home.base, TOY_MESSAGE_STATE)->state.name, TOY_STATE_NAME_MUTED);
    const toy_message_t unmute = {.type = TOY_MESSAGE_MUTE, .mute = {false}};
    fake_base_send(&home.base, &unmute);
    fake_home_run(&home, FAKE_QUIET, 100);
    TOY_CHECK_INT(toy_state(home.toy), TOY_IDLE);
    fake_home_run(&home, FAKE_VOICE, 500);
    fake_base_send(&home.base, &unmute); /* said twice, it disturbs nothing */
    fake_home_run(&home, FAKE_VOICE, 100);
    TOY_CHECK_INT(toy_state(home.toy), TOY_LISTENING);
    TOY_CHECK_INT(home.errors[TOY_FAULT_HUNG], 0);
}

static void an_invitation_opens_a_turn(void)
{
    const toy_message_t listen = {.type = TOY_MESSAGE_INVITE, .invite = {TOY_INVITE_MODE_LISTEN}};
    const toy_message_t be_told = {.type = TOY_MESSAGE_INVITE, .invite = {TOY_INVITE_MODE_BE_SPOKEN_TO}};
    fresh(false);
    fake_base_send(&home.base, &listen);
    fake_home_run(&home, FAKE_QUIET, 40);
    TOY_CHECK_INT(toy_state(home.toy), TOY_LISTENING);
    TOY_CHECK_INT(fake_base_last(&home.base, TOY_MESSAGE_WAKE)->wake.reason, TOY_WAKE_REASON_INVITED);
    fresh(false);
    home.base.answer_frames = 20;
    fake_base_send(&home.base, &be_told);
    fake_home_run(&home, FAKE_QUIET, 1000);
    TOY_CHECK_INT(home.base.audio_in_all, 0);
    TOY_CHECK_INT(home.remote_frames, 20);
    TOY_CHECK_INT(toy_state(home.toy), TOY_IDLE);
}

static void settings_put_it_to_bed(void)
{
    const toy_message_t settings = {.type = TOY_MESSAGE_SETTINGS,
                                    .settings = {.bed_start = 1200, .bed_end = 420, .minutes_per_day = 1440}};
    const toy_message_t night = {.type = TOY_MESSAGE_TIME, .time = {86400u * 300u + 1230u * 60u, 0}};
    fresh(true);
    fake_base_send(&home.base, &settings);
    fake_base_send(&home.base, &night);
    fake_home_run(&home, FAKE_QUIET, 100);
    TOY_CHECK_INT(toy_state(home.toy), TOY_ASLEEP);
    fake_home_run(&home, FAKE_VOICE, 1000);
    TOY_CHECK_INT(toy_state(home.toy), TOY_ASLEEP);
    TOY_CHECK_INT(home.base.audio_in_all, 0);
}

/* ---- a base that is not there -------------------------------------------------------------------------- */

static void without_a_base_it_answers_by_itself_and_reports_later(void)
{
    without_base();
    ask();
    TOY_CHECK(fake_home_until(&home, TOY_IDLE, 5000));
    TOY_CHECK(saw_states("ltsi"));
    TOY_CHECK(home.local_frames > 0u);
    TOY_CHECK_INT(home.remote_frames, 0);
    TOY_CHECK_INT(home.said, 1);
    home.plugged = true;
    fake_home_run(&home, FAKE_QUIET, 1000);
    TOY_CHECK(fake_base_count(&home.base, TOY_MESSAGE_OFFLINE_TURN) == 1u);
    TOY_CHECK_INT(fake_base_last(&home.base, TOY_MESSAGE_OFFLINE_TURN)->offline_turn.turn, home.last_turn);
    TOY_CHECK(home.base.said[0] == 'p');
    fake_home_run(&home, FAKE_QUIET, 11000); /* not acknowledged: it comes again */
    TOY_CHECK_INT(fake_base_count(&home.base, TOY_MESSAGE_OFFLINE_TURN), 2);
    const toy_message_t ack = {
        .type = TOY_MESSAGE_OFFLINE_TURN_ACK,
        .offline_turn_ack = {fake_base_last(&home.base, TOY_MESSAGE_OFFLINE_TURN)->offline_turn.upload}};
    fake_base_send(&home.base, &ack);
    fake_home_run(&home, FAKE_QUIET, 15000);
    TOY_CHECK_INT(fake_base_count(&home.base, TOY_MESSAGE_OFFLINE_TURN), 2);
}

/* Falls silent after each message in turn, in either direction; the toy must always come to rest, answered
 * at most once. */
static void a_base_that_vanishes_at_any_message_is_replaced_or_left(void)
{
    unsigned steps = 1, handed_over = 0;
    for (bool vanished = true; vanished && steps < 60u; ++steps) {
        fresh(true);
        home.base.answer_frames = 60;
        home.base.answer_after_ms = 200;
        home.base.steps_left = (int)steps;
        fake_home_run(&home, FAKE_VOICE, 1000);
        TOY_CHECK(fake_home_until(&home, TOY_IDLE, 60000));
        vanished = home.base.silent;
        TOY_CHECK_INT(toy_state(home.toy), TOY_IDLE);
        TOY_CHECK(home.local_frames == 0u || home.remote_frames == 0u);
        TOY_CHECK(home.local_frames + home.remote_frames > 0u);
        handed_over += home.local_frames > 0u;
    }
    TOY_CHECK(steps > 8u && steps < 60u);
    TOY_CHECK(handed_over >= 4u);
}

static void a_late_answer_is_not_played_after_the_hand_over(void)
{
    fresh(true);
    home.base.answer_frames = -1;
    ask();
    uint16_t turn = toy_turn_id(home.toy);
    fake_home_run(&home, FAKE_QUIET, 8100); /* alive, but does not answer */
    TOY_CHECK(home.brain[0] == 'l');
    const toy_message_t start = {.type = TOY_MESSAGE_SPEAK_START, .speak_start = {turn, 0, 16000}};
    fake_base_send(&home.base, &start);
    for (uint16_t i = 0; i < 30u; ++i) {
        fake_base_send_audio(&home.base, turn, i);
    }
    TOY_CHECK(fake_home_until(&home, TOY_IDLE, 5000));
    fake_home_run(&home, FAKE_QUIET, 500);
    TOY_CHECK(home.local_frames > 0u);
    TOY_CHECK_INT(home.remote_frames, 0);
    TOY_CHECK_INT(fake_base_last(&home.base, TOY_MESSAGE_ABORT)->abort.turn, turn);
}

static void a_base_that_starts_anew_ends_the_turn_under_way(void)
{
    fresh(true);
    home.base.answer_frames = 30;
    home.base.answer_after_ms = 2000;
    ask();
    fake_base_restart(&home.base);
    TOY_CHECK(fake_home_until(&home, TOY_IDLE, 5000));
    TOY_CHECK(home.local_frames > 0u);
    TOY_CHECK_INT(home.remote_frames, 0);
    fake_home_look(&home);
    home.base.answer_after_ms = 0;
    ask();
    TOY_CHECK(fake_home_until(&home, TOY_IDLE, 5000));
    TOY_CHECK_INT(home.remote_frames, 30);
}

static void a_reply_that_stalls_ends(void)
{
    fresh(true);
    home.base.answer_frames = 30;
    home.base.no_stop = true;
    ask();
    TOY_CHECK(fake_home_until(&home, TOY_SPEAKING, 1000));
    TOY_CHECK(fake_home_until(&home, TOY_IDLE, 600 + TOY_TURN_STALL_MS + 100u));
    TOY_CHECK_INT(home.playback_interrupted, 1);
    TOY_CHECK_INT(home.remote_frames, 30);
    TOY_CHECK_INT(home.local_frames, 0);
}

/* ---- safe states --------------------------------------------------------------------------------------- */

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

/* ---- memory -------------------------------------------------------------------------------------------- */

static void it_says_how_much_memory_it_needs_and_needs_no_more(void)
{
    memset(&home, 0, sizeof home);
    toy_config_t config = fake_home_config(&home, true);
    size_t bytes = toy_arena_bytes(&config);
    toy_arena_t arena;
    TOY_CHECK(bytes < 64000u);
    printf("arena %u bytes\n", (unsigned)bytes);
    toy_arena_init(&arena, home.memory, bytes);
    TOY_CHECK_INT(toy_init(&home.toy, &config, &arena), TOY_OK);
    TOY_CHECK(arena.used_bytes <= bytes && arena.used_bytes + 40u > bytes); /* but for worst-case alignment */
    for (size_t less = 40u; less < bytes; less += 997u) {
        toy_arena_init(&arena, home.memory, bytes - less);
        TOY_CHECK_INT(toy_init(&home.toy, &config, &arena), TOY_ERR_MEMORY);
    }
}

static void it_does_not_start_without_chance(void)
{
    memset(&home, 0, sizeof home);
    toy_config_t config = fake_home_config(&home, true);
    toy_arena_t arena;
    home.port.random_refuses = true;
    toy_arena_init(&arena, home.memory, sizeof home.memory);
    TOY_CHECK_INT(toy_init(&home.toy, &config, &arena), TOY_ERR_PORT);
}

int main(void)
{
    TOY_RUN(introduces_itself);
    TOY_RUN(a_whole_turn_with_the_base);
    TOY_RUN(a_second_turn_follows_with_the_next_number);
    TOY_RUN(the_toy_aborts_and_hears_no_more_of_that_turn);
    TOY_RUN(the_base_aborts_in_every_state_and_is_told_so);
    TOY_RUN(a_question_held_up_by_the_cable_arrives_whole);
    TOY_RUN(sound_that_waits_is_dropped_with_its_turn);
    TOY_RUN(an_abort_waits_for_room_in_its_lane);
    TOY_RUN(mute_sends_nothing_of_the_microphone);
    TOY_RUN(an_invitation_opens_a_turn);
    TOY_RUN(settings_put_it_to_bed);
    TOY_RUN(without_a_base_it_answers_by_itself_and_reports_later);
    TOY_RUN(a_base_that_vanishes_at_any_message_is_replaced_or_left);
    TOY_RUN(a_late_answer_is_not_played_after_the_hand_over);
    TOY_RUN(a_base_that_starts_anew_ends_the_turn_under_way);
    TOY_RUN(a_reply_that_stalls_ends);
    TOY_RUN(a_damaged_phrase_bank_is_a_fault_and_the_turn_ends_in_silence);
    TOY_RUN(a_microphone_of_zeros_is_reported_and_a_turn_ends_unspoken);
    TOY_RUN(a_link_too_slow_for_the_microphone_is_left);
    TOY_RUN(a_stuck_paw_is_ignored_until_it_is_let_go);
    TOY_RUN(a_flood_on_the_link_disturbs_neither_sound_nor_paw);
    TOY_RUN(more_reply_than_was_granted_is_dropped);
    TOY_RUN(a_reply_in_another_codec_is_answered_by_the_toy);
    TOY_RUN(a_hung_microphone_starves_the_watchdog);
    TOY_RUN(it_says_how_much_memory_it_needs_and_needs_no_more);
    TOY_RUN(it_does_not_start_without_chance);
    TOY_DONE();
}
