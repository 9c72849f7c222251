/* template.h - a line with slots becomes a sentence: "{hero} went {place}" -> "A cat went into the forest".
 * In      a terminated template; what the slots stand for now, as lines of the content
 * Out     a terminated sentence; the first letter of a sentence that a slot begins is a capital
 * Memory  none of its own
 * Errors  none: an unknown slot is left out, what does not fit is cut at the room's end
 * How     {hero} {friend} {thing} {place} {animal} are lines like "a cat|the cat": {hero} takes the first form,
 *         {the hero} the second; {word} is the command that was heard */
#ifndef TOY_APP_ALONE_TEMPLATE_H
#define TOY_APP_ALONE_TEMPLATE_H

#include <stddef.h>

typedef enum { TOY_SLOT_HERO, TOY_SLOT_FRIEND, TOY_SLOT_THING, TOY_SLOT_PLACE, TOY_SLOT_ANIMAL, TOY_SLOT_WORD, TOY_SLOTS } toy_slot_t;

typedef struct {
    const char *text[TOY_SLOTS]; /* terminated; NULL: nothing known */
} toy_slots_t;

void toy_template_fill(const char *line, const toy_slots_t *slots, char *text, size_t room);

#endif
