/* The dialogue: each command has its answer, questions of its own are followed up, nothing repeats within an evening. */
#include "app/alone/content_blob.h"
#include "app/alone/policy.h"
#include "link/generated/message_types.h"
#include "toy_test.h"

static toy_content_t content;
static toy_policy_t policy;

static void fresh(bool has_teller) { toy_policy_init(&policy, &content, has_teller, 99); }

static void hear(toy_intent_t intent)
{
    toy_question_end_t end = {.reason = TOY_END_REASON_SILENCE, .words_count = intent != TOY_INTENT_NONE};
    end.words[0] = (toy_understood_t){intent, 90};
    toy_policy_hear(&policy, &end, false, 60);
}

static void hear_nothing(void)
{
    const toy_question_end_t end = {.reason = TOY_END_REASON_NO_SPEECH};
    toy_policy_hear(&policy, &end, false, 60);
}

static bool says(unsigned at, toy_lines_t kind)
{
    return at < policy.plan.count &&
           (uint32_t)policy.plan.entry[at] - toy_content_first(&content, kind) < toy_content_count(&content, kind);
}

static void commands_have_answers(void)
{
    fresh(false);
    hear(TOY_INTENT_HELLO);
    TOY_CHECK(says(0, TOY_LINES_HELLO) && policy.plan.ending == TOY_PLAN_ASKS);
    hear(TOY_INTENT_HELLO);
    TOY_CHECK(says(0, TOY_LINES_HELLO_AGAIN));
    hear(TOY_INTENT_JOKE);
    TOY_CHECK(says(0, TOY_LINES_JOKE) && policy.plan.ending == TOY_PLAN_ENDS);
    hear(TOY_INTENT_SONG);
    TOY_CHECK(says(0, TOY_LINES_SONG));
    hear(TOY_INTENT_BYE);
    TOY_CHECK(says(0, TOY_LINES_BYE));
    hear(TOY_INTENT_LEFT);
    TOY_CHECK(says(0, TOY_LINES_WORD) && strcmp(policy.slots.text[TOY_SLOT_WORD], "left") == 0);
    hear(TOY_INTENT_STOP);
    TOY_CHECK_INT(policy.plan.count, 0);
    TOY_CHECK_INT(policy.waiting, TOY_WAITING_NOTHING);
    hear(TOY_INTENT_GOOD_NIGHT);
    TOY_CHECK(says(0, TOY_LINES_GOOD_NIGHT) && says(1, TOY_LINES_LULLABY));
    TOY_CHECK(policy.plan.mood == TOY_MOOD_SLEEPY && policy.plan.ending == TOY_PLAN_SLEEPS);
}

static void loudness_has_ends(void)
{
    toy_question_end_t end = {.reason = TOY_END_REASON_SILENCE, .words_count = 1};
    fresh(false);
    hear(TOY_INTENT_UP);
    TOY_CHECK(says(0, TOY_LINES_LOUDER) && policy.volume_steps == 1);
    hear(TOY_INTENT_DOWN);
    TOY_CHECK(says(0, TOY_LINES_QUIETER) && policy.volume_steps == -1);
    end.words[0] = (toy_understood_t){TOY_INTENT_UP, 90};
    toy_policy_hear(&policy, &end, false, 100);
    TOY_CHECK(says(0, TOY_LINES_LOUDEST) && policy.volume_steps == 0);
    end.words[0] = (toy_understood_t){TOY_INTENT_DOWN, 90};
    toy_policy_hear(&policy, &end, false, 20);
    TOY_CHECK(says(0, TOY_LINES_QUIETEST) && policy.volume_steps == 0);
}

static void a_story_is_chosen_by_yes_and_no(void)
{
    fresh(false);
    hear(TOY_INTENT_STORY);
    TOY_CHECK(says(0, TOY_LINES_ASK_HERO) && policy.plan.ending == TOY_PLAN_ASKS);
    const char *refused = policy.slots.text[TOY_SLOT_HERO];
    hear(TOY_INTENT_NO);
    TOY_CHECK(says(0, TOY_LINES_ASK_HERO) && policy.slots.text[TOY_SLOT_HERO] != refused);
    const char *hero = policy.slots.text[TOY_SLOT_HERO];
    hear(TOY_INTENT_YES);
    TOY_CHECK(says(0, TOY_LINES_ASK_PLACE));
    hear(TOY_INTENT_YES);
    TOY_CHECK(says(0, TOY_LINES_STORY_BEGIN) && says(1, TOY_LINES_STORY_OPEN) && says(5, TOY_LINES_STORY_END));
    TOY_CHECK(says(6, TOY_LINES_ANOTHER_STORY) && policy.plan.ending == TOY_PLAN_ASKS);
    TOY_CHECK(policy.slots.text[TOY_SLOT_HERO] == hero);
    hear(TOY_INTENT_YES); /* another one about the same */
    TOY_CHECK(says(0, TOY_LINES_STORY_BEGIN) && policy.slots.text[TOY_SLOT_HERO] == hero);
    hear(TOY_INTENT_NO);
    TOY_CHECK(says(0, TOY_LINES_DECLINED) && policy.plan.ending == TOY_PLAN_ENDS);
}

static void who_does_not_choose_gets_a_story_all_the_same(void)
{
    fresh(true);
    hear(TOY_INTENT_STORY);
    hear_nothing();
    TOY_CHECK(says(0, TOY_LINES_SURPRISE) && says(1, TOY_LINES_STORY_BEGIN) && says(2, TOY_LINES_STORY_PROMPT));
    TOY_CHECK_INT(policy.plan.entry[3], TOY_PLAN_TELLER);
    fresh(true);
    hear(TOY_INTENT_STORY);
    for (unsigned i = 0; i < 3u; ++i) {
        hear(TOY_INTENT_NO);
    }
    TOY_CHECK(says(0, TOY_LINES_SURPRISE) && says(1, TOY_LINES_ASK_PLACE));
    for (unsigned i = 0; i < 3u; ++i) {
        hear(TOY_INTENT_NO);
    }
    TOY_CHECK(says(0, TOY_LINES_SURPRISE) && says(1, TOY_LINES_STORY_BEGIN));
}

static void a_long_story_asks_whether_to_go_on(void)
{
    fresh(false);
    hear(TOY_INTENT_STORY);
    hear_nothing();
    policy.plan.at = 3;
    uint16_t next = policy.plan.entry[3];
    toy_policy_pause(&policy);
    TOY_CHECK(says(0, TOY_LINES_GO_ON) && policy.plan.count == 1u && policy.plan.ending == TOY_PLAN_ASKS);
    hear(TOY_INTENT_GO);
    TOY_CHECK(policy.plan.at == 3u && policy.plan.entry[3] == next);
    hear(TOY_INTENT_YES); /* the question at the story's end is still the story's */
    TOY_CHECK(says(0, TOY_LINES_STORY_BEGIN));
    toy_policy_pause(&policy);
    hear(TOY_INTENT_NO);
    TOY_CHECK(says(0, TOY_LINES_DECLINED));
}

static void a_question_is_repeated_once(void)
{
    fresh(false);
    hear(TOY_INTENT_GO);
    TOY_CHECK(says(0, TOY_LINES_GAME_BEGIN) && says(1, TOY_LINES_GAME_QUESTION));
    uint16_t question = policy.question;
    hear(TOY_INTENT_NONE);
    TOY_CHECK(says(0, TOY_LINES_YES_OR_NO) && policy.plan.entry[1] == question);
    hear_nothing();
    TOY_CHECK(says(0, TOY_LINES_DECLINED) && policy.plan.ending == TOY_PLAN_ENDS);
    TOY_CHECK_INT(policy.waiting, TOY_WAITING_NOTHING);
}

static void a_game_is_played_to_its_end(void)
{
    fresh(false);
    hear(TOY_INTENT_GO);
    for (unsigned i = 0; i < 30u && policy.waiting == TOY_WAITING_GAME; ++i) {
        hear(TOY_INTENT_NO);
    }
    TOY_CHECK(says(0, TOY_LINES_GAME_LOST) && says(1, TOY_LINES_GAME_AGAIN));
    hear(TOY_INTENT_YES);
    TOY_CHECK(says(0, TOY_LINES_GAME_BEGIN));
}

static void what_it_does_not_know_it_turns_into_an_offer_and_keeps_it(void)
{
    static const toy_lines_t OFFERED[] = {TOY_LINES_OFFER_STORY, TOY_LINES_OFFER_GAME, TOY_LINES_OFFER_JOKE, TOY_LINES_OFFER_SONG};
    static const toy_lines_t KEPT[] = {TOY_LINES_ASK_HERO, TOY_LINES_GAME_BEGIN, TOY_LINES_JOKE, TOY_LINES_SONG};
    fresh(false);
    for (unsigned i = 0; i < 4u; ++i) {
        toy_policy_stop(&policy);
        hear(TOY_INTENT_NONE);
        TOY_CHECK(says(0, TOY_LINES_EXCUSE) && says(1, OFFERED[i]));
        hear(TOY_INTENT_YES);
        TOY_CHECK(says(0, KEPT[i]));
    }
    toy_policy_stop(&policy);
    hear_nothing();
    TOY_CHECK_INT(policy.plan.count, 0); /* nobody spoke, nobody is answered */
}

static bool refuses_and_offers_a_story(void)
{
    return policy.plan.count == 2u && says(0, TOY_LINES_STORY_ONLY) && says(1, TOY_LINES_OFFER_STORY) &&
           policy.plan.ending == TOY_PLAN_ASKS;
}

static void parents_may_want_stories_alone(void)
{
    static const toy_intent_t LEFT_OUT[] = {TOY_INTENT_JOKE, TOY_INTENT_GO, TOY_INTENT_LEFT};
    fresh(false);
    policy.story_only = true;
    for (unsigned i = 0; i < 3u; ++i) {
        hear(LEFT_OUT[i]);
        TOY_CHECK(refuses_and_offers_a_story());
    }
    hear(TOY_INTENT_YES);
    TOY_CHECK(says(0, TOY_LINES_ASK_HERO));
    hear(TOY_INTENT_SONG);
    TOY_CHECK(says(0, TOY_LINES_SONG));
    for (unsigned i = 0; i < 8u; ++i) { /* nothing else is offered either */
        toy_policy_stop(&policy);
        hear(TOY_INTENT_NONE);
        TOY_CHECK(says(1, TOY_LINES_OFFER_STORY) || says(1, TOY_LINES_OFFER_SONG));
    }
    hear(TOY_INTENT_GOOD_NIGHT);
    TOY_CHECK(says(0, TOY_LINES_GOOD_NIGHT) && policy.plan.ending == TOY_PLAN_SLEEPS);
}

static void the_hour_of_stories_ends_a_game_and_an_offer(void)
{
    fresh(false);
    hear(TOY_INTENT_GO);
    policy.story_only = true;
    hear(TOY_INTENT_YES);
    TOY_CHECK(refuses_and_offers_a_story());
    policy.story_only = false;
    for (unsigned i = 0; policy.offer != TOY_LINES_OFFER_JOKE && i < 4u; ++i) {
        toy_policy_stop(&policy);
        hear(TOY_INTENT_NONE);
    }
    policy.story_only = true;
    hear(TOY_INTENT_YES);
    TOY_CHECK(refuses_and_offers_a_story());
}

/* Among an uncertain word and a sure one the sure one counts; a yes or no counts first when it waits for one. */
static void the_surest_word_counts(void)
{
    toy_question_end_t end = {.reason = TOY_END_REASON_SILENCE, .words_count = 2};
    end.words[0] = (toy_understood_t){TOY_INTENT_JOKE, 60};
    end.words[1] = (toy_understood_t){TOY_INTENT_YES, 50};
    fresh(false);
    toy_policy_hear(&policy, &end, false, 60);
    TOY_CHECK(says(0, TOY_LINES_JOKE));
    hear(TOY_INTENT_STORY);
    toy_policy_hear(&policy, &end, false, 60);
    TOY_CHECK(says(0, TOY_LINES_ASK_PLACE));
}

int main(void)
{
    TOY_CHECK_INT(toy_content_open(&content, toy_content_blob, (size_t)(toy_content_blob_end - toy_content_blob)), TOY_OK);
    TOY_RUN(commands_have_answers);
    TOY_RUN(loudness_has_ends);
    TOY_RUN(a_story_is_chosen_by_yes_and_no);
    TOY_RUN(who_does_not_choose_gets_a_story_all_the_same);
    TOY_RUN(a_long_story_asks_whether_to_go_on);
    TOY_RUN(a_question_is_repeated_once);
    TOY_RUN(a_game_is_played_to_its_end);
    TOY_RUN(what_it_does_not_know_it_turns_into_an_offer_and_keeps_it);
    TOY_RUN(parents_may_want_stories_alone);
    TOY_RUN(the_hour_of_stories_ends_a_game_and_an_offer);
    TOY_RUN(the_surest_word_counts);
    TOY_DONE();
}
