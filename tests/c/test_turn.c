/* The dialogue from question to answer: where a question ends, that it may go on, how the paw, mute and bedtime end it. */
#include "link/generated/message_types.h"
#include "puppet_turn.h"
#include "toy_test.h"

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

int main(void)
{
    TOY_RUN(a_turn_goes_through_all_its_states);
    TOY_RUN(the_base_may_answer_after_a_short_silence_and_the_toy_alone_waits_longer);
    TOY_RUN(speech_that_goes_on_belongs_to_the_same_question);
    TOY_RUN(what_comes_too_late_is_not_part_of_the_question);
    TOY_RUN(an_answer_that_began_meanwhile_stands);
    TOY_RUN(turn_numbers_count_up_and_leave_out_zero);
    TOY_RUN(the_end_names_the_last_voiced_sample);
    TOY_RUN(the_longest_question_is_15_s);
    TOY_RUN(no_first_word_ends_the_question);
    TOY_RUN(the_paw_opens_ends_and_stops);
    TOY_RUN(mute_stops_everything_and_keeps_nothing);
    TOY_RUN(bedtime_waits_for_the_end_of_a_turn_and_sleeps_through_a_voice);
    TOY_DONE();
}
