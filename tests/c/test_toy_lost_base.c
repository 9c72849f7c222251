/* The whole toy with a base station that is not there, goes away at any moment, falls silent or begins anew. */
#include "fake_home.h"
#include "toy_test.h"

static fake_home_t home;

static void fresh(bool open_microphone) { TOY_CHECK(fake_home_fresh(&home, open_microphone)); }

static void ask(void) { TOY_CHECK(fake_home_ask(&home)); }

static void without_a_base_it_answers_by_itself_and_reports_later(void)
{
    fake_home_without_base(&home);
    ask();
    TOY_CHECK(fake_home_until(&home, TOY_IDLE, 5000));
    TOY_CHECK(fake_home_saw(&home, "ltsi"));
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

static void a_base_that_cannot_answer_is_replaced(void)
{
    static const uint8_t COULD_NOT[] = {TOY_ABORT_REASON_TIME_OUT, TOY_ABORT_REASON_FAILURE};
    for (unsigned i = 0; i < 2u; ++i) {
        fresh(true);
        home.base.answer_frames = -1;
        ask();
        const toy_message_t abort = {.type = TOY_MESSAGE_ABORT, .abort = {toy_turn_id(home.toy), COULD_NOT[i]}};
        fake_base_send(&home.base, &abort);
        TOY_CHECK(fake_home_until(&home, TOY_IDLE, 5000));
        TOY_CHECK(fake_home_saw(&home, "ltsi"));
        TOY_CHECK(home.local_frames > 0u);
        TOY_CHECK_INT(home.remote_frames, 0);
        TOY_CHECK_INT(fake_base_count(&home.base, TOY_MESSAGE_ABORT), 0); /* it knows */
    }
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

int main(void)
{
    TOY_RUN(without_a_base_it_answers_by_itself_and_reports_later);
    TOY_RUN(a_base_that_vanishes_at_any_message_is_replaced_or_left);
    TOY_RUN(a_base_that_cannot_answer_is_replaced);
    TOY_RUN(a_late_answer_is_not_played_after_the_hand_over);
    TOY_RUN(a_base_that_starts_anew_ends_the_turn_under_way);
    TOY_RUN(a_reply_that_stalls_ends);
    TOY_DONE();
}
