/* The whole toy over the real protocol, with a base station that behaves; and how much memory it needs. */
#include "app/parts.h"
#include "fake_home.h"
#include "toy_test.h"

static fake_home_t home;

static void fresh(bool open_microphone) { TOY_CHECK(fake_home_fresh(&home, open_microphone)); }

static void ask(void) { TOY_CHECK(fake_home_ask(&home)); }

static void abort_from_base(uint16_t turn, uint8_t reason)
{
    const toy_message_t message = {.type = TOY_MESSAGE_ABORT, .abort = {turn, reason}};
    fake_base_send(&home.base, &message);
}

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
    TOY_CHECK(fake_home_saw(&home, "ltsi"));
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
    TOY_RUN(it_says_how_much_memory_it_needs_and_needs_no_more);
    TOY_RUN(it_does_not_start_without_chance);
    TOY_DONE();
}
