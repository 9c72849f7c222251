/* plan.h - what is going to be said in this turn, line by line, and how the turn ends.
 * In      lines of the content; the place where the story model's sentences belong
 * Out     the next entry
 * Memory  about 40 bytes
 * Errors  none: what finds no room is not said */
#ifndef TOY_APP_ALONE_PLAN_H
#define TOY_APP_ALONE_PLAN_H

#include <stdbool.h>

#include "app/alone/content.h"
#include "app/alone/mouth.h"

#define TOY_PLAN_MOST 14u
#define TOY_PLAN_TELLER (TOY_CONTENT_NO_LINE - 1u) /* in place of a line: the story model's sentences */
#define TOY_PLAN_CLOSE (TOY_CONTENT_NO_LINE - 2u)  /* a closing sentence, if the model left its story open */

typedef enum { TOY_PLAN_ENDS, TOY_PLAN_ASKS, TOY_PLAN_SLEEPS } toy_plan_ending_t;

typedef struct {
    uint16_t entry[TOY_PLAN_MOST];
    uint8_t count, at;
    toy_plan_ending_t ending;
    toy_mood_t mood;
} toy_plan_t;

static inline void toy_plan_clear(toy_plan_t *plan) { *plan = (toy_plan_t){.count = 0}; }
static inline bool toy_plan_is_over(const toy_plan_t *plan) { return plan->at == plan->count; }
static inline void toy_plan_add(toy_plan_t *plan, uint16_t entry)
{
    if (entry != TOY_CONTENT_NO_LINE && plan->count < TOY_PLAN_MOST) {
        plan->entry[plan->count++] = entry;
    }
}

#endif
