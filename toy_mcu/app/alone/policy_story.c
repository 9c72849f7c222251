/* A story: who is in it, where it happens, and the lines that tell it. */
#include "app/alone/policy.h"

#define REFUSED_MOST 3u /* then it chooses by itself */

static void ask_hero(toy_policy_t *policy)
{
    toy_policy_take_slot(policy, TOY_SLOT_HERO, TOY_LINES_HERO);
    toy_policy_ask(policy, TOY_WAITING_HERO, toy_rounds_choose(&policy->rounds, TOY_LINES_ASK_HERO, NULL));
}

static void ask_place(toy_policy_t *policy)
{
    toy_policy_take_slot(policy, TOY_SLOT_PLACE, TOY_LINES_PLACE);
    toy_policy_ask(policy, TOY_WAITING_PLACE, toy_rounds_choose(&policy->rounds, TOY_LINES_ASK_PLACE, NULL));
}

void toy_policy_story(toy_policy_t *policy)
{
    policy->refused = 0;
    ask_hero(policy);
}

void toy_policy_story_tell(toy_policy_t *policy)
{
    policy->waiting = TOY_WAITING_NOTHING;
    toy_policy_take_slot(policy, TOY_SLOT_FRIEND, TOY_LINES_FRIEND);
    toy_policy_take_slot(policy, TOY_SLOT_THING, TOY_LINES_THING);
    toy_policy_say(policy, TOY_LINES_STORY_BEGIN);
    if (policy->has_teller) {
        toy_policy_say(policy, TOY_LINES_STORY_PROMPT);
        toy_plan_add(&policy->plan, TOY_PLAN_TELLER);
        toy_plan_add(&policy->plan, TOY_PLAN_CLOSE);
    } else {
        toy_policy_say(policy, TOY_LINES_STORY_OPEN);
        toy_policy_say(policy, TOY_LINES_STORY_WISH);
        toy_policy_say(policy, TOY_LINES_STORY_TROUBLE);
        toy_policy_say(policy, TOY_LINES_STORY_HELP);
        toy_policy_say(policy, TOY_LINES_STORY_END);
    }
    toy_policy_ask(policy, TOY_WAITING_ANOTHER, toy_rounds_choose(&policy->rounds, TOY_LINES_ANOTHER_STORY, NULL));
}

void toy_policy_story_answer(toy_policy_t *policy, bool yes)
{
    const bool hero = policy->waiting == TOY_WAITING_HERO;
    const bool enough = !yes && ++policy->refused >= REFUSED_MOST;
    if (yes || enough) {
        policy->refused = 0;
        if (enough) {
            toy_policy_say(policy, TOY_LINES_SURPRISE);
            toy_policy_take_slot(policy, hero ? TOY_SLOT_HERO : TOY_SLOT_PLACE, hero ? TOY_LINES_HERO : TOY_LINES_PLACE);
        }
        if (hero) {
            ask_place(policy);
        } else {
            toy_policy_story_tell(policy);
        }
    } else if (hero) {
        ask_hero(policy);
    } else {
        ask_place(policy);
    }
}
