/* policy.h - the dialogue of the toy alone: a command, and what was asked before, become a plan of what to say.
 * In      the words that the spotter made out; whether anybody spoke at all; what the parents left to other hours
 * Out     a plan (plan.h), louder or quieter, the values of the slots
 * Memory  about 650 bytes
 * Errors  none: with nothing understood it offers something that it can do
 * Files   policy.c commands and yes/no; policy_offer.c what it offers, and the hours of stories alone;
 *         policy_story.c hero, place, the story; policy_game.c the guessing game */
#ifndef TOY_APP_ALONE_POLICY_H
#define TOY_APP_ALONE_POLICY_H

#include "app/alone/game.h"
#include "app/alone/plan.h"
#include "app/alone/rounds.h"
#include "app/alone/template.h"
#include "app/brain.h"

/* A question of its own, to which the next yes or no is the answer. */
typedef enum {
    TOY_WAITING_NOTHING,
    TOY_WAITING_OFFER,
    TOY_WAITING_HERO,
    TOY_WAITING_PLACE,
    TOY_WAITING_GO_ON,
    TOY_WAITING_ANOTHER,
    TOY_WAITING_GAME,
    TOY_WAITING_GAME_AGAIN
} toy_waiting_t;

typedef struct {
    const toy_content_t *content;
    toy_rounds_t rounds;
    toy_plan_t plan;
    toy_plan_t rest; /* of a story that waits for "go on"; and what that story was going to ask */
    toy_waiting_t rest_waiting;
    uint16_t rest_question;
    toy_waiting_t waiting;
    uint16_t question;  /* its line, to be said once more */
    uint8_t asked_again;
    uint8_t refused;    /* heroes or places that were not wanted */
    toy_lines_t offer;
    uint8_t offers;
    toy_slots_t slots;
    toy_game_t game;
    bool has_teller, greeted;
    bool story_only; /* set by the owner: for now the parents want stories and songs alone */
    int8_t volume_steps; /* to be taken by whoever owns the loudness */
} toy_policy_t;

void toy_policy_init(toy_policy_t *policy, const toy_content_t *content, bool has_teller, uint32_t seed);
void toy_policy_hear(toy_policy_t *policy, const toy_question_end_t *end, bool handed_over, uint8_t volume_percent);
void toy_policy_pause(toy_policy_t *policy); /* a long story: "shall I go on?" */
void toy_policy_stop(toy_policy_t *policy);

/* For its own files. */
void toy_policy_say(toy_policy_t *policy, toy_lines_t kind);
void toy_policy_ask(toy_policy_t *policy, toy_waiting_t waiting, uint16_t line);
void toy_policy_take_slot(toy_policy_t *policy, toy_slot_t slot, toy_lines_t kind);
void toy_policy_decline(toy_policy_t *policy);
void toy_policy_offer(toy_policy_t *policy);
void toy_policy_keep_offer(toy_policy_t *policy);
bool toy_policy_leaves(const toy_policy_t *policy, toy_intent_t intent); /* to other hours */
void toy_policy_offer_instead(toy_policy_t *policy);
void toy_policy_story(toy_policy_t *policy);
void toy_policy_story_answer(toy_policy_t *policy, bool yes);
void toy_policy_story_tell(toy_policy_t *policy);
void toy_policy_game(toy_policy_t *policy);
void toy_policy_game_answer(toy_policy_t *policy, bool yes);

#endif
