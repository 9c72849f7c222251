/* Which commands count when. */
#include "toy_test.h"
#include "wake/intent.h"

static toy_intent_situation_t idle(void)
{
    return (toy_intent_situation_t){.since_wake_ms = UINT32_MAX};
}

static void idle_hears_only_the_phrase(void)
{
    toy_intent_situation_t now = idle();
    TOY_CHECK_INT(toy_intent_hear(&now), TOY_HEAR_PHRASE);
}

static void commands_count_after_wake_while_asked_and_offline(void)
{
    toy_intent_situation_t now = idle();
    now.since_wake_ms = TOY_INTENT_AFTER_WAKE_MS;
    TOY_CHECK_INT(toy_intent_hear(&now), TOY_HEAR_PHRASE | TOY_HEAR_COMMANDS);
    now.since_wake_ms = TOY_INTENT_AFTER_WAKE_MS + 1;
    TOY_CHECK_INT(toy_intent_hear(&now), TOY_HEAR_PHRASE);
    now.waiting_for_answer = true;
    TOY_CHECK_INT(toy_intent_hear(&now), TOY_HEAR_PHRASE | TOY_HEAR_COMMANDS);
    now = idle();
    now.offline = true;
    TOY_CHECK_INT(toy_intent_hear(&now), TOY_HEAR_PHRASE | TOY_HEAR_COMMANDS);
}

static void speaking_hears_stop_alone(void)
{
    toy_intent_situation_t now = idle();
    now.speaking = now.offline = now.waiting_for_answer = true;
    TOY_CHECK_INT(toy_intent_hear(&now), TOY_HEAR_PHRASE | TOY_HEAR_STOP);
}

static void muted_hears_nothing(void)
{
    toy_intent_situation_t now = {.muted = true, .speaking = true, .offline = true};
    TOY_CHECK_INT(toy_intent_hear(&now), 0);
}

static void names_are_those_of_the_training(void)
{
    TOY_CHECK(strcmp(toy_intent_name(TOY_INTENT_YES), "yes") == 0);
    TOY_CHECK(strcmp(toy_intent_name(TOY_INTENT_OFF), "off") == 0);
    TOY_CHECK(strcmp(toy_intent_name(TOY_INTENT_GOOD_NIGHT), "good night") == 0);
    TOY_CHECK(strcmp(toy_intent_name(TOY_INTENT_BYE), "bye") == 0);
    TOY_CHECK(strcmp(toy_intent_name(TOY_INTENT_NONE), "") == 0);
    TOY_CHECK(strcmp(toy_intent_name(TOY_INTENT_COUNT), "") == 0);
}

int main(void)
{
    TOY_RUN(idle_hears_only_the_phrase);
    TOY_RUN(commands_count_after_wake_while_asked_and_offline);
    TOY_RUN(speaking_hears_stop_alone);
    TOY_RUN(muted_hears_nothing);
    TOY_RUN(names_are_those_of_the_training);
    TOY_DONE();
}
