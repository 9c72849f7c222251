/* What ends a turn that nobody ends: a base that is lost goes over to the toy, whatever takes too long is cut. */
#include "link/generated/message_types.h"
#include "puppet_turn.h"
#include "toy_test.h"

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

int main(void)
{
    TOY_RUN(a_base_that_is_lost_while_listening_hands_over_unheard);
    TOY_RUN(a_base_that_is_lost_while_thinking_hands_over_with_the_end);
    TOY_RUN(a_base_that_is_lost_at_the_end_hands_over);
    TOY_RUN(a_base_that_is_lost_while_speaking_is_not_replaced);
    TOY_RUN(thinking_too_long_hands_over_and_then_gives_up);
    TOY_RUN(a_stall_ends_the_turn);
    TOY_RUN(an_answer_without_end_is_cut_within_60_s);
    TOY_DONE();
}
