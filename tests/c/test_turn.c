/* The state machine alone, between two brains that do what the test says. */
#include "app/turn.h"
#include "fake_home.h"
#include "link/generated/message_types.h"
#include "toy_test.h"

typedef struct {
    bool absent;       /* begin refuses */
    bool fails;        /* feed refuses */
    bool fails_at_end; /* only then */
    toy_answer_t answer;
    int sounds_left;   /* TOY_ANSWER_SOUND so often, then `answer` */
    unsigned begun, ended, cancelled, reason, end_reason;
    toy_question_t question;
    toy_question_end_t end;
} puppet_t;

static toy_port_t port;
static puppet_t remote, local;
static toy_turn_t turn;
static toy_ear_t ear;
static toy_hearing_t hearing;
static uint8_t block[40000];
static uint32_t samples_gone, noise;

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

static toy_listener_t nobody;
static toy_phrases_t phrases; /* none: see test_nod.c */
static toy_nod_t nod;

static void fresh(bool open_microphone)
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

static void run(fake_sound_t what, uint32_t ms)
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

static void ask(void)
{
    run(FAKE_QUIET, 500);
    toy_turn_paw(&turn);
    run(FAKE_VOICE, 1000);
}

static void a_turn_goes_through_all_its_states(void)
{
    fresh(false);
    remote.answer = TOY_ANSWER_WAIT;
    ask();
    TOY_CHECK_INT(turn.state, TOY_LISTENING);
    run(FAKE_QUIET, 600);
    TOY_CHECK_INT(turn.state, TOY_THINKING);
    TOY_CHECK_INT(remote.end.reason, TOY_END_REASON_SILENCE);
    remote.sounds_left = 10;
    remote.answer = TOY_ANSWER_DONE;
    run(FAKE_QUIET, 100);
    TOY_CHECK_INT(turn.state, TOY_SPEAKING);
    run(FAKE_QUIET, 200);
    TOY_CHECK_INT(turn.state, TOY_IDLE);
    TOY_CHECK_INT(remote.begun, 1);
    TOY_CHECK_INT(remote.ended, 1);
    TOY_CHECK_INT(local.begun, 0);
    TOY_CHECK_INT(toy_turn_number(&turn), 0);
}

static void the_base_may_answer_after_a_short_silence_and_the_toy_alone_waits_longer(void)
{
    fresh(false);
    ask();
    run(FAKE_QUIET, TOY_TURN_EARLY_MS + 60u);
    TOY_CHECK_INT(turn.state, TOY_THINKING);

    fresh(false);
    remote.absent = true;
    ask();
    run(FAKE_QUIET, TOY_TURN_EARLY_MS + 60u);
    TOY_CHECK_INT(turn.state, TOY_LISTENING);
    run(FAKE_QUIET, 120);
    TOY_CHECK_INT(turn.state, TOY_THINKING);
}

static void speech_that_goes_on_belongs_to_the_same_question(void)
{
    fresh(false);
    ask();
    uint16_t number = toy_turn_number(&turn);
    run(FAKE_QUIET, 500);
    TOY_CHECK_INT(turn.state, TOY_THINKING);
    uint32_t end = remote.end.voiced_end_sample;
    run(FAKE_VOICE, 600);
    TOY_CHECK_INT(turn.state, TOY_LISTENING);
    TOY_CHECK_INT(toy_turn_number(&turn), number);
    run(FAKE_QUIET, 400);
    TOY_CHECK_INT(turn.state, TOY_THINKING);
    TOY_CHECK_INT(remote.begun, 1);
    TOY_CHECK_INT(remote.ended, 2);
    TOY_CHECK(remote.end.voiced_end_sample > end + 8000u);
    /* no frame between is missing */
    toy_sound_frame_t frame;
    TOY_CHECK_INT(toy_hearing_take(&hearing, remote.end.next_frame - 1u, &frame), TOY_OK);
    TOY_CHECK_INT(toy_hearing_take(&hearing, remote.question.first_frame, &frame), TOY_OK);
    remote.answer = TOY_ANSWER_DONE;
    run(FAKE_QUIET, 40);
    TOY_CHECK_INT(turn.state, TOY_IDLE);
}

static void what_comes_too_late_is_not_part_of_the_question(void)
{
    fresh(false);
    ask();
    run(FAKE_QUIET, TOY_TURN_EARLY_MS + TOY_TURN_REOPEN_MS + 100u);
    TOY_CHECK_INT(turn.state, TOY_THINKING);
    run(FAKE_VOICE, 600);
    TOY_CHECK_INT(turn.state, TOY_THINKING);

    fresh(false);
    ask();
    run(FAKE_QUIET, 400);
    toy_turn_answered(&turn, toy_turn_number(&turn));
    run(FAKE_VOICE, 600);
    TOY_CHECK_INT(turn.state, TOY_THINKING);
    TOY_CHECK_INT(remote.ended, 1);
}

static void an_answer_that_began_meanwhile_stands(void)
{
    fresh(false);
    ask();
    run(FAKE_QUIET, 400);
    run(FAKE_VOICE, 300);
    TOY_CHECK_INT(turn.state, TOY_LISTENING);
    toy_turn_answered(&turn, (uint16_t)(toy_turn_number(&turn) + 1u)); /* somebody else's */
    TOY_CHECK_INT(turn.state, TOY_LISTENING);
    toy_turn_answered(&turn, toy_turn_number(&turn));
    TOY_CHECK_INT(turn.state, TOY_THINKING);
    remote.answer = TOY_ANSWER_SOUND;
    run(FAKE_VOICE, 40);
    TOY_CHECK_INT(turn.state, TOY_SPEAKING);
}

static void turn_numbers_count_up_and_leave_out_zero(void)
{
    fresh(false);
    toy_turn_paw(&turn);
    TOY_CHECK_INT(toy_turn_number(&turn), 65535);
    toy_turn_stop(&turn, TOY_ABORT_REASON_DEVELOPER);
    toy_turn_paw(&turn);
    TOY_CHECK_INT(toy_turn_number(&turn), 1);
}

static void the_end_names_the_last_voiced_sample(void)
{
    fresh(false);
    ask();
    run(FAKE_QUIET, 600);
    uint32_t truth = (500u + 1000u) * 16u;
    TOY_CHECK(remote.end.voiced_end_sample + 1600u >= truth && remote.end.voiced_end_sample <= truth + 640u);
}

static void no_word_is_lost_when_a_voice_opens_the_turn(void)
{
    fresh(true);
    run(FAKE_QUIET, 1000);
    TOY_CHECK_INT(turn.state, TOY_IDLE); /* never from silence */
    run(FAKE_VOICE, 500);
    TOY_CHECK_INT(turn.state, TOY_LISTENING);
    TOY_CHECK_INT(remote.question.reason, TOY_WAKE_REASON_FORCED);
    TOY_CHECK(remote.question.first_frame <= 50u);
    TOY_CHECK(remote.question.first_frame >= 30u);
}

static void a_voice_before_the_base_is_there_waits_for_it(void)
{
    fresh(true);
    toy_turn_link(&turn, false);
    run(FAKE_VOICE, 600);
    run(FAKE_QUIET, 600); /* it is over already */
    TOY_CHECK_INT(turn.state, TOY_IDLE);
    toy_turn_link(&turn, true);
    run(FAKE_QUIET, 40);
    TOY_CHECK_INT(turn.state, TOY_THINKING);
    TOY_CHECK_INT(remote.begun, 1);
    TOY_CHECK(remote.question.first_frame < 8u);
}

static void without_a_base_it_waits_a_second_and_a_half_and_answers_by_itself(void)
{
    fresh(true);
    remote.absent = true;
    toy_turn_link(&turn, false);
    run(FAKE_VOICE, TOY_TURN_READY_MS - 40u);
    TOY_CHECK_INT(turn.state, TOY_IDLE);
    run(FAKE_VOICE, 60);
    TOY_CHECK_INT(turn.state, TOY_LISTENING);
    TOY_CHECK_INT(local.begun, 1);
}

static void with_a_wake_word_a_voice_alone_opens_nothing(void)
{
    fresh(false);
    run(FAKE_VOICE, 2000);
    TOY_CHECK_INT(turn.state, TOY_IDLE);
    toy_turn_woken(&turn, 200);
    TOY_CHECK_INT(turn.state, TOY_LISTENING);
    TOY_CHECK_INT(remote.question.score, 200);
    TOY_CHECK(remote.question.woken_frame - remote.question.first_frame >= TOY_TURN_WAKE_PREROLL);
}

/* A frame with a voice, of which ears with a spotter keep what is left without the toy's own. */
static void overhear(void)
{
    int16_t samples[TOY_FRAME_SAMPLES] = {1234};
    run(FAKE_VOICE, TOY_FRAME_MS);
    toy_capture_add(&ear.sound, hearing.last.number, samples);
    hearing.last.first = ear.sound.first;
    hearing.last.next = ear.sound.next;
}

/* Speaks an answer of ten seconds, 1.2 s of which have been heard with a voice over it. */
static void speak_and_be_talked_over(void)
{
    ask();
    run(FAKE_QUIET, 600);
    remote.sounds_left = 500;
    run(FAKE_QUIET, 1000);
    TOY_CHECK_INT(turn.state, TOY_SPEAKING);
    for (uint32_t frame = 0; frame < 60; ++frame) {
        overhear();
    }
}

static void the_wake_word_interrupts_an_answer_and_begins_the_next_question(void)
{
    fresh(false);
    speak_and_be_talked_over();
    uint16_t before = toy_turn_number(&turn);
    toy_turn_woken(&turn, 200);
    TOY_CHECK_INT(remote.cancelled, 1);
    TOY_CHECK_INT(remote.reason, TOY_ABORT_REASON_WAKE_WORD);
    TOY_CHECK_INT(turn.state, TOY_LISTENING);
    TOY_CHECK(toy_turn_number(&turn) != before);
    TOY_CHECK_INT(remote.question.woken_frame - remote.question.first_frame, 60); /* all that was overheard */
}

static void the_last_question_is_not_asked_again_with_the_next_one(void)
{
    fresh(false);
    remote.absent = true; /* so the toy answers, in the frame that ends the question */
    local.sounds_left = 500;
    ask();
    while (turn.state != TOY_SPEAKING) {
        run(FAKE_QUIET, TOY_FRAME_MS);
    }
    for (uint32_t frame = 0; frame < 40u; ++frame) {
        overhear();
    }
    TOY_CHECK((int32_t)(local.end.next_frame - ear.sound.first) > 0); /* it is still in the ring */
    remote.absent = false;
    toy_turn_woken(&turn, 200);
    TOY_CHECK_INT(turn.state, TOY_LISTENING);
    TOY_CHECK_INT(remote.question.first_frame, local.end.next_frame);
}

static void at_bedtime_the_wake_word_only_ends_the_answer(void)
{
    fresh(false);
    speak_and_be_talked_over();
    toy_turn_bedtime(&turn, true);
    toy_turn_woken(&turn, 200);
    TOY_CHECK_INT(turn.state, TOY_ASLEEP);
    TOY_CHECK_INT(remote.begun, 1);
    TOY_CHECK_INT(ear.sound.next - ear.sound.first, 0);
}

static void a_pause_after_the_wake_word_does_not_end_the_question(void)
{
    fresh(false);
    run(FAKE_QUIET, 500);
    run(FAKE_VOICE, 700); /* "hey teddy" */
    toy_turn_woken(&turn, 200);
    run(FAKE_VOICE, 100);
    run(FAKE_QUIET, 1500);
    TOY_CHECK_INT(turn.state, TOY_LISTENING);
    run(FAKE_VOICE, 700);
    TOY_CHECK_INT(turn.state, TOY_LISTENING);
    run(FAKE_QUIET, 500);
    TOY_CHECK_INT(turn.state, TOY_THINKING);
    TOY_CHECK_INT(remote.end.reason, TOY_END_REASON_SILENCE);
}

static void what_was_said_before_the_paw_stays_in_the_room(void)
{
    fresh(false);
    run(FAKE_QUIET, 500);
    run(FAKE_VOICE, 700);
    run(FAKE_QUIET, 1000);
    toy_turn_paw(&turn);
    TOY_CHECK_INT(turn.frame - remote.question.first_frame, TOY_TURN_PAW_PREROLL);
    run(FAKE_QUIET, 1000);
    TOY_CHECK_INT(turn.state, TOY_LISTENING);
}

static void it_does_not_hear_itself(void)
{
    fresh(true);
    run(FAKE_QUIET, 500);
    run(FAKE_VOICE, 500);
    run(FAKE_QUIET, 500);
    remote.sounds_left = 100;
    remote.answer = TOY_ANSWER_DONE;
    run(FAKE_VOICE, 1980);
    TOY_CHECK_INT(turn.state, TOY_SPEAKING);
    run(FAKE_QUIET, 500);
    TOY_CHECK_INT(turn.state, TOY_IDLE);
    TOY_CHECK_INT(remote.begun, 1);
    TOY_CHECK(toy_capture_get(&ear.sound, turn.frame - 30u) == NULL);
}

static void a_base_that_is_lost_while_listening_hands_over_unheard(void)
{
    fresh(false);
    ask();
    remote.fails = true;
    run(FAKE_VOICE, 20);
    TOY_CHECK_INT(turn.state, TOY_LISTENING);
    TOY_CHECK_INT(remote.cancelled, 1);
    TOY_CHECK_INT(local.begun, 1);
    TOY_CHECK_INT(local.question.turn, remote.question.turn);
    TOY_CHECK_INT(local.question.first_frame, remote.question.first_frame);
    TOY_CHECK(local.question.handed_over);
    run(FAKE_QUIET, 600);
    TOY_CHECK_INT(local.ended, 1);
}

static void a_base_that_is_lost_while_thinking_hands_over_with_the_end(void)
{
    fresh(false);
    ask();
    run(FAKE_QUIET, 600);
    remote.answer = TOY_ANSWER_LOST;
    run(FAKE_QUIET, 20);
    TOY_CHECK_INT(turn.state, TOY_THINKING);
    TOY_CHECK_INT(local.ended, 1);
    TOY_CHECK_INT(local.end.voiced_end_sample, remote.end.voiced_end_sample);
}

static void a_base_that_is_lost_at_the_end_hands_over(void)
{
    fresh(false);
    remote.fails_at_end = true;
    ask();
    run(FAKE_QUIET, 600);
    TOY_CHECK_INT(local.ended, 1);
    toy_turn_stop(&turn, TOY_ABORT_REASON_DEVELOPER);
    remote.fails_at_end = false;
    ask();
    remote.fails = true;
    run(FAKE_VOICE, 20); /* the second question has no end yet, whatever the first one had */
    TOY_CHECK_INT(local.begun, 2);
    TOY_CHECK_INT(local.ended, 1);
}

static void a_base_that_is_lost_while_speaking_is_not_replaced(void)
{
    fresh(false);
    ask();
    run(FAKE_QUIET, 600);
    remote.sounds_left = 5;
    remote.answer = TOY_ANSWER_LOST;
    run(FAKE_QUIET, 300);
    TOY_CHECK_INT(turn.state, TOY_IDLE);
    TOY_CHECK_INT(local.begun, 0);
}

static void thinking_too_long_hands_over_and_then_gives_up(void)
{
    fresh(false);
    ask();
    run(FAKE_QUIET, 500);
    run(FAKE_QUIET, TOY_TURN_THINK_MS - 300u);
    TOY_CHECK_INT(local.begun, 0);
    run(FAKE_QUIET, 300);
    TOY_CHECK_INT(local.begun, 1);
    TOY_CHECK_INT(remote.reason, TOY_ABORT_REASON_TIME_OUT);
    TOY_CHECK_INT(turn.state, TOY_THINKING);
    run(FAKE_QUIET, TOY_TURN_THINK_MS + 100u);
    TOY_CHECK_INT(turn.state, TOY_IDLE);
    TOY_CHECK_INT(local.cancelled, 1);
}

static void a_stall_ends_the_turn(void)
{
    fresh(false);
    ask();
    run(FAKE_QUIET, 600);
    remote.sounds_left = 10;
    run(FAKE_QUIET, 200 + TOY_TURN_STALL_MS - 100u);
    TOY_CHECK_INT(turn.state, TOY_SPEAKING);
    run(FAKE_QUIET, 200);
    TOY_CHECK_INT(turn.state, TOY_IDLE);
    TOY_CHECK_INT(remote.reason, TOY_ABORT_REASON_TIME_OUT);
}

static void the_longest_question_is_15_s(void)
{
    fresh(false);
    ask();
    run(FAKE_VOICE, 13900);
    TOY_CHECK_INT(turn.state, TOY_LISTENING);
    run(FAKE_VOICE, 200);
    TOY_CHECK_INT(turn.state, TOY_THINKING);
    TOY_CHECK_INT(remote.end.reason, TOY_END_REASON_LONGEST);
}

static void no_first_word_ends_the_question(void)
{
    fresh(false);
    run(FAKE_QUIET, 500);
    toy_turn_paw(&turn);
    run(FAKE_QUIET, TOY_TURN_NO_SPEECH_MS);
    TOY_CHECK_INT(turn.state, TOY_THINKING);
    TOY_CHECK_INT(remote.end.reason, TOY_END_REASON_NO_SPEECH);
}

static void an_answer_without_end_is_cut_within_60_s(void)
{
    fresh(false);
    ask();
    uint32_t opened_ms = turn.opened_ms;
    run(FAKE_QUIET, 600);
    remote.sounds_left = 1000000;
    while (turn.state != TOY_IDLE && port.now_ms - opened_ms <= 61000u) {
        run(FAKE_QUIET, 20);
    }
    TOY_CHECK(port.now_ms - opened_ms < 60000u);
    TOY_CHECK_INT(turn.state, TOY_IDLE);
}

static void the_paw_opens_ends_and_stops(void)
{
    fresh(false);
    ask();
    toy_turn_paw(&turn);
    TOY_CHECK_INT(turn.state, TOY_THINKING);
    TOY_CHECK_INT(remote.end.reason, TOY_END_REASON_PAW);
    toy_turn_paw(&turn);
    TOY_CHECK_INT(turn.state, TOY_IDLE);
    TOY_CHECK_INT(remote.reason, TOY_ABORT_REASON_PAW);
}

static void mute_stops_everything_and_keeps_nothing(void)
{
    fresh(true);
    run(FAKE_QUIET, 500);
    run(FAKE_VOICE, 500);
    TOY_CHECK_INT(turn.state, TOY_LISTENING);
    toy_turn_mute(&turn, true);
    TOY_CHECK_INT(turn.state, TOY_MUTED);
    TOY_CHECK_INT(remote.reason, TOY_ABORT_REASON_MUTED);
    run(FAKE_VOICE, 2000);
    toy_turn_paw(&turn);
    toy_turn_woken(&turn, 255);
    TOY_CHECK_INT(turn.state, TOY_MUTED);
    TOY_CHECK_INT(ear.sound.next - ear.sound.first, 0);
    toy_turn_mute(&turn, false);
    TOY_CHECK_INT(turn.state, TOY_IDLE);
    run(FAKE_QUIET, 500);
    TOY_CHECK_INT(turn.state, TOY_IDLE); /* what was said under mute opens nothing afterwards */
}

static void bedtime_waits_for_the_end_of_a_turn_and_sleeps_through_a_voice(void)
{
    fresh(true);
    run(FAKE_QUIET, 500);
    run(FAKE_VOICE, 500);
    toy_turn_bedtime(&turn, true);
    TOY_CHECK_INT(turn.state, TOY_LISTENING);
    toy_turn_stop(&turn, TOY_ABORT_REASON_DEVELOPER);
    TOY_CHECK_INT(turn.state, TOY_ASLEEP);
    run(FAKE_VOICE, 1000);
    toy_turn_paw(&turn);
    TOY_CHECK_INT(turn.state, TOY_ASLEEP);
    toy_turn_bedtime(&turn, false);
    TOY_CHECK_INT(turn.state, TOY_IDLE);
}

static void an_invitation_to_be_told_something_sends_no_sound(void)
{
    fresh(false);
    run(FAKE_QUIET, 500);
    run(FAKE_VOICE, 500); /* somebody else is talking */
    toy_turn_be_told(&turn);
    TOY_CHECK_INT(turn.state, TOY_THINKING);
    TOY_CHECK_INT(remote.question.reason, TOY_WAKE_REASON_INVITED);
    TOY_CHECK_INT(remote.question.first_frame, remote.end.next_frame);
    TOY_CHECK_INT(remote.end.reason, TOY_END_REASON_NO_SPEECH);
}

int main(void)
{
    TOY_RUN(a_turn_goes_through_all_its_states);
    TOY_RUN(the_base_may_answer_after_a_short_silence_and_the_toy_alone_waits_longer);
    TOY_RUN(speech_that_goes_on_belongs_to_the_same_question);
    TOY_RUN(what_comes_too_late_is_not_part_of_the_question);
    TOY_RUN(an_answer_that_began_meanwhile_stands);
    TOY_RUN(turn_numbers_count_up_and_leave_out_zero);
    TOY_RUN(the_end_names_the_last_voiced_sample);
    TOY_RUN(no_word_is_lost_when_a_voice_opens_the_turn);
    TOY_RUN(a_voice_before_the_base_is_there_waits_for_it);
    TOY_RUN(without_a_base_it_waits_a_second_and_a_half_and_answers_by_itself);
    TOY_RUN(with_a_wake_word_a_voice_alone_opens_nothing);
    TOY_RUN(the_wake_word_interrupts_an_answer_and_begins_the_next_question);
    TOY_RUN(the_last_question_is_not_asked_again_with_the_next_one);
    TOY_RUN(at_bedtime_the_wake_word_only_ends_the_answer);
    TOY_RUN(a_pause_after_the_wake_word_does_not_end_the_question);
    TOY_RUN(what_was_said_before_the_paw_stays_in_the_room);
    TOY_RUN(it_does_not_hear_itself);
    TOY_RUN(a_base_that_is_lost_while_listening_hands_over_unheard);
    TOY_RUN(a_base_that_is_lost_while_thinking_hands_over_with_the_end);
    TOY_RUN(a_base_that_is_lost_at_the_end_hands_over);
    TOY_RUN(a_base_that_is_lost_while_speaking_is_not_replaced);
    TOY_RUN(thinking_too_long_hands_over_and_then_gives_up);
    TOY_RUN(a_stall_ends_the_turn);
    TOY_RUN(the_longest_question_is_15_s);
    TOY_RUN(no_first_word_ends_the_question);
    TOY_RUN(an_answer_without_end_is_cut_within_60_s);
    TOY_RUN(the_paw_opens_ends_and_stops);
    TOY_RUN(mute_stops_everything_and_keeps_nothing);
    TOY_RUN(bedtime_waits_for_the_end_of_a_turn_and_sleeps_through_a_voice);
    TOY_RUN(an_invitation_to_be_told_something_sends_no_sound);
    TOY_DONE();
}
