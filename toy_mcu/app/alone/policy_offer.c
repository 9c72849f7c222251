/* What it offers by itself; and what it does not do in an hour that the parents keep for stories and songs. */
#include "app/alone/policy.h"

void toy_policy_offer(toy_policy_t *policy)
{
    static const toy_lines_t OFFER[] = {TOY_LINES_OFFER_STORY, TOY_LINES_OFFER_GAME, TOY_LINES_OFFER_JOKE,
                                        TOY_LINES_OFFER_SONG};
    const uint8_t turn = policy->offers++;
    policy->offer = OFFER[policy->story_only ? turn % 2u * 3u : turn % 4u];
    toy_policy_ask(policy, TOY_WAITING_OFFER, toy_rounds_choose(&policy->rounds, policy->offer, NULL));
}

void toy_policy_keep_offer(toy_policy_t *policy)
{
    switch (policy->offer) {
    case TOY_LINES_OFFER_STORY:
        toy_policy_story(policy);
        break;
    case TOY_LINES_OFFER_GAME:
        toy_policy_game(policy);
        break;
    case TOY_LINES_OFFER_JOKE:
        toy_policy_say(policy, TOY_LINES_JOKE);
        break;
    default:
        toy_policy_say(policy, TOY_LINES_SONG);
        break;
    }
}

/* Stories, songs and good manners; a game that was going on, or one that was offered, ends with the hour. */
bool toy_policy_leaves(const toy_policy_t *policy, toy_intent_t intent)
{
    bool plays = policy->waiting == TOY_WAITING_GAME || policy->waiting == TOY_WAITING_GAME_AGAIN ||
                 (policy->waiting == TOY_WAITING_OFFER &&
                  (policy->offer == TOY_LINES_OFFER_GAME || policy->offer == TOY_LINES_OFFER_JOKE));
    switch (intent) {
    case TOY_INTENT_YES:
    case TOY_INTENT_NO:
    case TOY_INTENT_NONE:
        return plays;
    case TOY_INTENT_GO:
        return policy->waiting != TOY_WAITING_GO_ON;
    case TOY_INTENT_STOP:
    case TOY_INTENT_STORY:
    case TOY_INTENT_SONG:
    case TOY_INTENT_GOOD_NIGHT:
    case TOY_INTENT_HELLO:
    case TOY_INTENT_BYE:
    case TOY_INTENT_UP:
    case TOY_INTENT_DOWN:
        return false;
    default:
        return true;
    }
}

void toy_policy_offer_instead(toy_policy_t *policy)
{
    toy_policy_say(policy, TOY_LINES_STORY_ONLY);
    policy->offer = TOY_LINES_OFFER_STORY;
    toy_policy_ask(policy, TOY_WAITING_OFFER, toy_rounds_choose(&policy->rounds, policy->offer, NULL));
}
