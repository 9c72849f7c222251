/* The guessing game in words: game.c chooses, this says it. */
#include "app/alone/policy.h"

static void say_move(toy_policy_t *policy, toy_game_move_t move)
{
    const toy_game_t *game = &policy->game;
    switch (move) {
    case TOY_GAME_ASKS:
        toy_policy_ask(policy, TOY_WAITING_GAME,
                       (uint16_t)(toy_content_first(policy->content, TOY_LINES_GAME_QUESTION) + game->what));
        return;
    case TOY_GAME_GUESSES:
        policy->slots.text[TOY_SLOT_ANIMAL] =
            toy_content_line(policy->content, toy_content_first(policy->content, TOY_LINES_GAME_ANIMAL) + game->what);
        toy_policy_ask(policy, TOY_WAITING_GAME, toy_rounds_choose(&policy->rounds, TOY_LINES_GAME_GUESS, NULL));
        return;
    case TOY_GAME_WON:
        toy_policy_say(policy, TOY_LINES_GAME_WON);
        break;
    case TOY_GAME_GAVE_UP:
        toy_policy_say(policy, TOY_LINES_GAME_LOST);
        break;
    }
    toy_policy_ask(policy, TOY_WAITING_GAME_AGAIN, toy_rounds_choose(&policy->rounds, TOY_LINES_GAME_AGAIN, NULL));
}

void toy_policy_game(toy_policy_t *policy)
{
    toy_policy_say(policy, TOY_LINES_GAME_BEGIN);
    say_move(policy, toy_game_begin(&policy->game, policy->content, toy_rounds_draw(&policy->rounds, 64)));
}

void toy_policy_game_answer(toy_policy_t *policy, bool yes)
{
    say_move(policy, toy_game_answer(&policy->game, yes));
}
