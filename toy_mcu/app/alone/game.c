#include "app/alone/game.h"

#include <string.h>

#define SLACK 1u      /* mistakes by which an animal may be behind the likeliest and still count */
#define GUESS_AHEAD 2u /* a lead that is worth a guess */

static uint32_t animals(const toy_game_t *game)
{
    return game->content->animals < TOY_GAME_ANIMALS ? game->content->animals : TOY_GAME_ANIMALS;
}

/* How many mistakes the likeliest animal has, and the runner-up; which it is. */
static uint32_t likeliest(const toy_game_t *game, uint32_t *best, uint32_t *second)
{
    uint32_t which = 0;
    *best = *second = UINT8_MAX;
    for (uint32_t i = 0; i < animals(game); ++i) {
        if (game->against[i] < *best) {
            *second = *best;
            *best = game->against[i];
            which = i;
        } else if (game->against[i] < *second) {
            *second = game->against[i];
        }
    }
    return which;
}

/* How well a question divides: the smaller side, weighing animals without mistakes double. */
static uint32_t worth(const toy_game_t *game, uint32_t question, uint32_t best)
{
    uint32_t side[2] = {0, 0};
    for (uint32_t i = 0; i < animals(game); ++i) {
        if (game->against[i] <= best + SLACK) {
            side[toy_content_traits(game->content, i) >> question & 1u] += game->against[i] == best ? 4u : 1u;
        }
    }
    return side[0] < side[1] ? side[0] : side[1];
}

static toy_game_move_t choose(toy_game_t *game)
{
    uint32_t best, second, most = 0, question = 0;
    const uint32_t which = likeliest(game, &best, &second);
    if (best == UINT8_MAX || game->count >= TOY_GAME_MOST) {
        return game->move = TOY_GAME_GAVE_UP;
    }
    for (uint32_t i = 0; i < toy_content_count(game->content, TOY_LINES_GAME_QUESTION); ++i) {
        uint32_t value = (game->asked >> i & 1u) != 0u ? 0u : worth(game, i, best);
        if (value > most) {
            most = value;
            question = i;
        }
    }
    const bool guess = most == 0u || second - best >= GUESS_AHEAD || game->count + 1u >= TOY_GAME_MOST;
    game->what = (uint8_t)(guess ? which : question);
    ++game->count;
    if (!guess) {
        game->asked |= UINT64_C(1) << question;
    }
    return game->move = guess ? TOY_GAME_GUESSES : TOY_GAME_ASKS;
}

toy_game_move_t toy_game_begin(toy_game_t *game, const toy_content_t *content, uint32_t chance)
{
    memset(game, 0, sizeof *game);
    game->content = content;
    uint32_t questions = toy_content_count(content, TOY_LINES_GAME_QUESTION), best = 0;
    if (questions == 0u || animals(game) == 0u) {
        return game->move = TOY_GAME_GAVE_UP;
    }
    for (uint32_t i = 0; i < questions; ++i) {
        uint32_t value = worth(game, i, 0);
        best = value > best ? value : best;
    }
    for (uint32_t i = 0; i < questions; ++i) { /* any good first question, so that games differ */
        uint32_t at = (i + chance) % questions;
        if (5u * worth(game, at, 0) >= 4u * best) {
            game->what = (uint8_t)at;
            break;
        }
    }
    game->asked = UINT64_C(1) << game->what;
    game->count = 1;
    return game->move = TOY_GAME_ASKS;
}

toy_game_move_t toy_game_answer(toy_game_t *game, bool yes)
{
    if (game->move == TOY_GAME_GUESSES) {
        if (yes) {
            return game->move = TOY_GAME_WON;
        }
        game->against[game->what] = UINT8_MAX;
    } else {
        for (uint32_t i = 0; i < animals(game); ++i) {
            bool fits = (toy_content_traits(game->content, i) >> game->what & 1u) == (yes ? 1u : 0u);
            if (!fits && game->against[i] < UINT8_MAX - 1u) {
                ++game->against[i];
            }
        }
    }
    return choose(game);
}
