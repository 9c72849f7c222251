#include "app/alone/policy.h"

#include <string.h>

#include "link/generated/message_types.h"

void toy_policy_init(toy_policy_t *policy, const toy_content_t *content, bool has_teller, uint32_t seed)
{
    memset(policy, 0, sizeof *policy);
    policy->content = content;
    policy->has_teller = has_teller;
    toy_rounds_init(&policy->rounds, content, seed);
}

/* ---- what its files share ------------------------------------------------------------------------------ */

void toy_policy_say(toy_policy_t *policy, toy_lines_t kind)
{
    bool began_again = false;
    uint16_t line = toy_rounds_choose(&policy->rounds, kind, &began_again);
    if (began_again && (kind == TOY_LINES_JOKE || kind == TOY_LINES_SONG)) {
        toy_plan_add(&policy->plan, toy_rounds_choose(&policy->rounds, TOY_LINES_ALL_TOLD, NULL));
    }
    toy_plan_add(&policy->plan, line);
}

void toy_policy_ask(toy_policy_t *policy, toy_waiting_t waiting, uint16_t line)
{
    toy_plan_add(&policy->plan, line);
    policy->plan.ending = TOY_PLAN_ASKS;
    policy->waiting = waiting;
    policy->question = line;
    policy->asked_again = 0;
}

void toy_policy_take_slot(toy_policy_t *policy, toy_slot_t slot, toy_lines_t kind)
{
    uint16_t line = toy_rounds_choose(&policy->rounds, kind, NULL);
    policy->slots.text[slot] = toy_content_line(policy->content, line);
}

void toy_policy_decline(toy_policy_t *policy) { toy_policy_say(policy, TOY_LINES_DECLINED); }

void toy_policy_stop(toy_policy_t *policy)
{
    toy_plan_clear(&policy->plan);
    policy->waiting = TOY_WAITING_NOTHING;
}

void toy_policy_pause(toy_policy_t *policy)
{
    policy->rest = policy->plan;
    policy->rest_waiting = policy->waiting;
    policy->rest_question = policy->question;
    toy_plan_clear(&policy->plan);
    toy_policy_ask(policy, TOY_WAITING_GO_ON, toy_rounds_choose(&policy->rounds, TOY_LINES_GO_ON, NULL));
}

/* ---- yes and no ---------------------------------------------------------------------------------------- */

static void answer(toy_policy_t *policy, bool yes)
{
    toy_waiting_t waited = policy->waiting;
    policy->waiting = TOY_WAITING_NOTHING;
    switch (waited) {
    case TOY_WAITING_NOTHING:
        toy_policy_say(policy, TOY_LINES_AGREE);
        toy_policy_offer(policy);
        break;
    case TOY_WAITING_GAME:
        toy_policy_game_answer(policy, yes);
        break;
    case TOY_WAITING_HERO:
    case TOY_WAITING_PLACE:
        policy->waiting = waited;
        toy_policy_story_answer(policy, yes);
        break;
    default: /* an invitation: to be kept, or not wanted */
        if (!yes) {
            toy_policy_decline(policy);
        } else if (waited == TOY_WAITING_GO_ON) {
            policy->plan = policy->rest;
            policy->waiting = policy->rest_waiting;
            policy->question = policy->rest_question;
        } else if (waited == TOY_WAITING_OFFER) {
            toy_policy_keep_offer(policy);
        } else if (waited == TOY_WAITING_GAME_AGAIN) {
            toy_policy_game(policy);
        } else { /* the same hero once more, somewhere else */
            toy_policy_take_slot(policy, TOY_SLOT_PLACE, TOY_LINES_PLACE);
            toy_policy_story_tell(policy);
        }
        break;
    }
}

/* Its own question was met with silence, or with something that it does not know. */
static void unanswered(toy_policy_t *policy, bool spoke)
{
    if (policy->waiting == TOY_WAITING_HERO || policy->waiting == TOY_WAITING_PLACE) {
        if (policy->asked_again++ > 0u || !spoke) {
            toy_policy_say(policy, TOY_LINES_SURPRISE); /* who does not choose gets a story all the same */
            toy_policy_take_slot(policy, TOY_SLOT_PLACE, TOY_LINES_PLACE);
            toy_policy_story_tell(policy);
            return;
        }
    } else if (policy->asked_again++ > 0u) {
        policy->waiting = TOY_WAITING_NOTHING;
        toy_policy_decline(policy);
        return;
    }
    toy_policy_say(policy, spoke ? TOY_LINES_YES_OR_NO : TOY_LINES_NOBODY);
    toy_plan_add(&policy->plan, policy->question);
    policy->plan.ending = TOY_PLAN_ASKS;
}

/* ---- commands ------------------------------------------------------------------------------------------ */

static void volume(toy_policy_t *policy, int8_t step, uint8_t percent)
{
    bool at_end = step > 0 ? percent >= 100u : percent <= 20u;
    policy->volume_steps = at_end ? 0 : step;
    toy_policy_say(policy, step > 0 ? (at_end ? TOY_LINES_LOUDEST : TOY_LINES_LOUDER)
                                    : (at_end ? TOY_LINES_QUIETEST : TOY_LINES_QUIETER));
    if (policy->waiting != TOY_WAITING_NOTHING) { /* the question still stands */
        toy_plan_add(&policy->plan, policy->question);
        policy->plan.ending = TOY_PLAN_ASKS;
    }
}

static void good_night(toy_policy_t *policy)
{
    policy->plan.mood = TOY_MOOD_SLEEPY;
    toy_policy_say(policy, TOY_LINES_GOOD_NIGHT);
    toy_policy_say(policy, TOY_LINES_LULLABY);
    policy->plan.ending = TOY_PLAN_SLEEPS;
}

static void obey(toy_policy_t *policy, toy_intent_t intent)
{
    policy->waiting = TOY_WAITING_NOTHING;
    policy->slots.text[TOY_SLOT_WORD] = toy_intent_name(intent);
    switch (intent) {
    case TOY_INTENT_STOP: /* quiet is the answer */
        break;
    case TOY_INTENT_GO:
        toy_policy_game(policy);
        break;
    case TOY_INTENT_STORY:
        toy_policy_story(policy);
        break;
    case TOY_INTENT_JOKE:
        toy_policy_say(policy, TOY_LINES_JOKE);
        break;
    case TOY_INTENT_SONG:
        toy_policy_say(policy, TOY_LINES_SONG);
        break;
    case TOY_INTENT_GOOD_NIGHT:
        good_night(policy);
        break;
    case TOY_INTENT_HELLO:
        toy_policy_say(policy, policy->greeted ? TOY_LINES_HELLO_AGAIN : TOY_LINES_HELLO);
        toy_policy_offer(policy);
        break;
    case TOY_INTENT_BYE:
        toy_policy_say(policy, TOY_LINES_BYE);
        break;
    default:
        toy_policy_say(policy, TOY_LINES_WORD);
        toy_policy_offer(policy);
        break;
    }
}

/* The surest word; while it waits for yes or no, a yes or no first. */
static toy_intent_t surest(const toy_policy_t *policy, const toy_question_end_t *end)
{
    toy_intent_t intent = TOY_INTENT_NONE;
    unsigned most = 0;
    for (uint32_t i = 0; i < end->words_count; ++i) {
        bool answers = end->words[i].intent == TOY_INTENT_YES || end->words[i].intent == TOY_INTENT_NO;
        unsigned weight = 1u + end->words[i].confidence +
                          (answers && policy->waiting != TOY_WAITING_NOTHING ? 100u : 0u);
        if (weight > most) {
            most = weight;
            intent = end->words[i].intent;
        }
    }
    return intent;
}

void toy_policy_hear(toy_policy_t *policy, const toy_question_end_t *end, bool handed_over, uint8_t volume_percent)
{
    const bool waits = policy->waiting != TOY_WAITING_NOTHING, spoke = end->reason != TOY_END_REASON_NO_SPEECH;
    const toy_intent_t intent = surest(policy, end);
    toy_plan_clear(&policy->plan);
    if (handed_over && spoke && intent != TOY_INTENT_STOP) {
        toy_policy_say(policy, TOY_LINES_HUM); /* the child has waited a while already */
    }
    if (policy->story_only && toy_policy_leaves(policy, intent)) {
        toy_policy_offer_instead(policy);
    } else if (intent == TOY_INTENT_YES || intent == TOY_INTENT_NO) {
        answer(policy, intent == TOY_INTENT_YES);
    } else if (intent == TOY_INTENT_GO && policy->waiting == TOY_WAITING_GO_ON) {
        answer(policy, true);
    } else if (intent == TOY_INTENT_UP || intent == TOY_INTENT_DOWN) {
        volume(policy, intent == TOY_INTENT_UP ? 1 : -1, volume_percent);
    } else if (intent != TOY_INTENT_NONE) {
        obey(policy, intent);
    } else if (waits) {
        unanswered(policy, spoke);
    } else if (spoke) {
        toy_policy_say(policy, TOY_LINES_EXCUSE);
        toy_policy_offer(policy);
    }
    policy->greeted |= spoke;
}
