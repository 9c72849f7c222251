/* What opens a turn, and how much of what was heard before belongs to it. */
#include "link/generated/message_types.h"
#include "puppet_turn.h"
#include "toy_test.h"

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

/* Frames with a voice, of which ears with a spotter keep what is left without the toy's own. */
static void overhear(unsigned frames)
{
    int16_t samples[TOY_FRAME_SAMPLES] = {1234};
    for (unsigned frame = 0; frame < frames; ++frame) {
        run(FAKE_VOICE, TOY_FRAME_MS);
        toy_capture_add(&ear.sound, hearing.last.number, samples);
    }
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
    overhear(60);
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
    overhear(40);
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
    TOY_RUN(no_word_is_lost_when_a_voice_opens_the_turn);
    TOY_RUN(a_voice_before_the_base_is_there_waits_for_it);
    TOY_RUN(without_a_base_it_waits_a_second_and_a_half_and_answers_by_itself);
    TOY_RUN(with_a_wake_word_a_voice_alone_opens_nothing);
    TOY_RUN(a_pause_after_the_wake_word_does_not_end_the_question);
    TOY_RUN(the_wake_word_interrupts_an_answer_and_begins_the_next_question);
    TOY_RUN(the_last_question_is_not_asked_again_with_the_next_one);
    TOY_RUN(at_bedtime_the_wake_word_only_ends_the_answer);
    TOY_RUN(what_was_said_before_the_paw_stays_in_the_room);
    TOY_RUN(it_does_not_hear_itself);
    TOY_RUN(an_invitation_to_be_told_something_sends_no_sound);
    TOY_DONE();
}
