/* content.h - what the toy can say by itself: checked once, then read in place from flash.
 * In      the blob of models/voice/build_content.py, which describes its layout
 * Out     lines by kind, the traits of the game's animals, whether a word is on the unsafe list
 * Memory  28 bytes; the blob stays where it is
 * Errors  TOY_ERR_MODEL not such a blob, or cut short, or pointing outside itself; TOY_ERR_CHECKSUM damaged */
#ifndef TOY_APP_ALONE_CONTENT_H
#define TOY_APP_ALONE_CONTENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

#define TOY_CONTENT_MOST_LINES 1024u
#define TOY_CONTENT_NO_LINE UINT16_MAX

/* The lists of models/voice/content.toml, in the order that the blob keeps them. */
typedef enum {
    TOY_LINES_HELLO,
    TOY_LINES_HELLO_AGAIN,
    TOY_LINES_BYE,
    TOY_LINES_GOOD_NIGHT,
    TOY_LINES_LULLABY,
    TOY_LINES_HUM,      /* first, when the base station fell silent over a question */
    TOY_LINES_EXCUSE,   /* a question that the toy alone cannot answer */
    TOY_LINES_OFFER_STORY,
    TOY_LINES_OFFER_JOKE,
    TOY_LINES_OFFER_SONG,
    TOY_LINES_OFFER_GAME,
    TOY_LINES_DECLINED,
    TOY_LINES_NOBODY,   /* a question of its own was not answered */
    TOY_LINES_YES_OR_NO,
    TOY_LINES_STORY_ONLY, /* the parents want stories and songs alone just now */
    TOY_LINES_AGREE,    /* yes, no, go and the like, out of the blue */
    TOY_LINES_WORD,
    TOY_LINES_LOUDER,
    TOY_LINES_LOUDEST,
    TOY_LINES_QUIETER,
    TOY_LINES_QUIETEST,
    TOY_LINES_ALL_TOLD, /* before a list begins again */
    TOY_LINES_JOKE,
    TOY_LINES_SONG,
    TOY_LINES_HERO,
    TOY_LINES_PLACE,
    TOY_LINES_FRIEND,
    TOY_LINES_THING,
    TOY_LINES_ASK_HERO,
    TOY_LINES_ASK_PLACE,
    TOY_LINES_SURPRISE,
    TOY_LINES_STORY_BEGIN,
    TOY_LINES_STORY_PROMPT, /* the sentence that the story model goes on from */
    TOY_LINES_STORY_OPEN,
    TOY_LINES_STORY_WISH,
    TOY_LINES_STORY_TROUBLE,
    TOY_LINES_STORY_HELP,
    TOY_LINES_STORY_END,
    TOY_LINES_STORY_CLOSE,  /* when the model did not end its story well */
    TOY_LINES_GO_ON,
    TOY_LINES_ANOTHER_STORY,
    TOY_LINES_GAME_BEGIN,
    TOY_LINES_GAME_QUESTION, /* trait number n is the answer to line n */
    TOY_LINES_GAME_ANIMAL,
    TOY_LINES_GAME_GUESS,
    TOY_LINES_GAME_WON,
    TOY_LINES_GAME_LOST,
    TOY_LINES_GAME_AGAIN,
    TOY_LINES_KINDS
} toy_lines_t;

typedef struct {
    const uint8_t *blob; /* NULL: there is none, every list is empty */
    const uint8_t *offsets, *traits, *unsafe;
    uint32_t lines, animals, unsafe_count;
} toy_content_t;

TOY_MUST_USE toy_status_t toy_content_open(toy_content_t *content, const uint8_t *blob, size_t count);

/* Lines are numbered through all kinds; those of a kind follow each other. */
uint32_t toy_content_count(const toy_content_t *content, toy_lines_t kind);
uint32_t toy_content_first(const toy_content_t *content, toy_lines_t kind);
const char *toy_content_line(const toy_content_t *content, uint32_t line); /* terminated; "" when there is none */

/* Bit n: the answer to game question n is yes. */
uint64_t toy_content_traits(const toy_content_t *content, uint32_t animal);
bool toy_content_is_unsafe(const toy_content_t *content, uint32_t hash);

#endif
