/* The guessing game: each animal is found, a mistake is forgiven, a contrary child gets the full twenty. */
#include "app/alone/content_blob.h"
#include "app/alone/game.h"
#include "toy_test.h"

static toy_content_t content;
static toy_game_t game;

/* Plays one animal truly but for the nth answer (0: none); returns the moves that it took, 0 when it gave up. */
static unsigned play(uint32_t animal, uint32_t chance, unsigned wrong)
{
    toy_game_move_t move = toy_game_begin(&game, &content, chance);
    for (unsigned moves = 1; moves <= TOY_GAME_MOST; ++moves) {
        if (move == TOY_GAME_GUESSES) {
            move = toy_game_answer(&game, game.what == animal);
        } else {
            bool yes = (toy_content_traits(&content, animal) >> game.what & 1u) != 0u;
            move = toy_game_answer(&game, yes != (moves == wrong));
        }
        if (move == TOY_GAME_WON || move == TOY_GAME_GAVE_UP) {
            return move == TOY_GAME_WON ? moves : 0u;
        }
    }
    return 0;
}

static void each_animal_is_found(void)
{
    unsigned sum = 0, most = 0;
    for (uint32_t animal = 0; animal < content.animals; ++animal) {
        for (uint32_t chance = 0; chance < 64u; chance += 13u) {
            unsigned moves = play(animal, chance, 0);
            TOY_CHECK(moves > 0u);
            sum += moves;
            most = moves > most ? moves : most;
        }
    }
    printf("%u animals, %u moves on average, %u at most\n", (unsigned)content.animals,
           sum / (unsigned)(5u * content.animals), most);
}

static void one_mistake_is_mostly_forgiven(void)
{
    unsigned found = 0, games = 0;
    for (uint32_t animal = 0; animal < content.animals; ++animal) {
        for (unsigned wrong = 1; wrong <= 5u; ++wrong) {
            found += play(animal, animal, wrong) > 0u;
            ++games;
        }
    }
    printf("with one mistake %u of %u found\n", found, games);
    TOY_CHECK(10u * found >= 9u * games);
}

/* Whatever is answered, it goes on for at least fifteen, never asks the same twice, and ends. */
static void a_contrary_child_gets_at_least_fifteen(void)
{
    uint32_t chance = 1;
    for (unsigned round = 0; round < 300u; ++round) {
        uint64_t asked = 0;
        bool guessed[TOY_GAME_ANIMALS] = {false};
        unsigned moves = 0;
        toy_game_move_t move = toy_game_begin(&game, &content, round);
        while (move == TOY_GAME_ASKS || move == TOY_GAME_GUESSES) {
            ++moves;
            if (move == TOY_GAME_ASKS) {
                TOY_CHECK((asked >> game.what & 1u) == 0u);
                asked |= UINT64_C(1) << game.what;
            } else {
                TOY_CHECK(!guessed[game.what]);
                guessed[game.what] = true;
            }
            chance = chance * 1664525u + 1013904223u;
            move = toy_game_answer(&game, move == TOY_GAME_ASKS && (chance >> 31) != 0u);
        }
        TOY_CHECK_INT(move, TOY_GAME_GAVE_UP);
        TOY_CHECK(moves >= 15u && moves <= TOY_GAME_MOST);
    }
}

int main(void)
{
    TOY_CHECK_INT(toy_content_open(&content, toy_content_blob, (size_t)(toy_content_blob_end - toy_content_blob)), TOY_OK);
    TOY_RUN(each_animal_is_found);
    TOY_RUN(one_mistake_is_mostly_forgiven);
    TOY_RUN(a_contrary_child_gets_at_least_fifteen);
    TOY_DONE();
}
