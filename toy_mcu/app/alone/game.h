/* game.h - the guessing game: the child thinks of an animal, the toy asks yes or no until it knows which.
 * In      the content's animals with their traits; an answer to each question
 * Out     the next question, a guess, or "I give up"
 * Memory  about 150 bytes
 * How     Each answer that does not fit an animal counts against it, and none is ever struck out: a child may be
 *         mistaken. Asked is what best divides the animals that are still likely. It guesses when one is ahead, and
 *         asks at most TOY_GAME_MOST times, guesses among them.
 * Source  twenty questions as a greedy search: Golovin and Krause (2011), section 7, reduced to halving */
#ifndef TOY_APP_ALONE_GAME_H
#define TOY_APP_ALONE_GAME_H

#include "app/alone/content.h"

#define TOY_GAME_MOST 20u
#define TOY_GAME_ANIMALS 128u

typedef enum { TOY_GAME_ASKS, TOY_GAME_GUESSES, TOY_GAME_WON, TOY_GAME_GAVE_UP } toy_game_move_t;

typedef struct {
    const toy_content_t *content;
    uint64_t asked;                /* one bit a question */
    uint8_t against[TOY_GAME_ANIMALS]; /* answers that do not fit; UINT8_MAX: guessed and wrong */
    uint8_t count;                 /* questions and guesses so far */
    uint8_t what;                  /* the present question or guess */
    toy_game_move_t move;
} toy_game_t;

/* Returns the first move; `what` is then a trait or an animal. */
toy_game_move_t toy_game_begin(toy_game_t *game, const toy_content_t *content, uint32_t chance);
toy_game_move_t toy_game_answer(toy_game_t *game, bool yes);

#endif
