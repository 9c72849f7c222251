/* rounds.h - choices that do not repeat: all lines of a kind once, in a random order, before any comes again.
 * In      the content's lists; a seed
 * Out     a line's number; whether its list had been told to the end and began again
 * Memory  about 240 bytes: one bit a line, and the last line of each kind
 * Errors  TOY_CONTENT_NO_LINE when the list is empty */
#ifndef TOY_APP_ALONE_ROUNDS_H
#define TOY_APP_ALONE_ROUNDS_H

#include "app/alone/content.h"

typedef struct {
    const toy_content_t *content;
    uint32_t chance; /* state of the generator */
    uint32_t told[TOY_CONTENT_MOST_LINES / 32u];
    uint16_t last[TOY_LINES_KINDS]; /* line + 1 */
} toy_rounds_t;

void toy_rounds_init(toy_rounds_t *rounds, const toy_content_t *content, uint32_t seed);
uint32_t toy_rounds_draw(toy_rounds_t *rounds, uint32_t below); /* 0..below-1 */
uint16_t toy_rounds_choose(toy_rounds_t *rounds, toy_lines_t kind, bool *began_again);

#endif
