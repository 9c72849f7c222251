/* intent.h - which spoken commands count now, and what each is called.
 * In      the situation of the dialogue, as app knows it
 * Out     what the spotter shall listen for
 * Memory  none
 * How     Commands count after the wake phrase, while the toy waits for an answer, and while it is offline;
 *         "stop" counts at any time while it speaks. The wake phrase always counts, except when muted. */
#ifndef TOY_WAKE_INTENT_H
#define TOY_WAKE_INTENT_H

#include <stdbool.h>
#include <stdint.h>

/* The order of the command network's outputs, two of which come before: silence, unknown. */
typedef enum {
    TOY_INTENT_NONE = -1,
    TOY_INTENT_YES,
    TOY_INTENT_NO,
    TOY_INTENT_STOP,
    TOY_INTENT_GO,
    TOY_INTENT_UP,
    TOY_INTENT_DOWN,
    TOY_INTENT_LEFT,
    TOY_INTENT_RIGHT,
    TOY_INTENT_ON,
    TOY_INTENT_OFF,
    TOY_INTENT_STORY,
    TOY_INTENT_JOKE,
    TOY_INTENT_SONG,
    TOY_INTENT_GOOD_NIGHT,
    TOY_INTENT_HELLO,
    TOY_INTENT_BYE,
    TOY_INTENT_COUNT
} toy_intent_t;

#define TOY_INTENT_AFTER_WAKE_MS 6000

#define TOY_HEAR_PHRASE 1u
#define TOY_HEAR_COMMANDS 2u
#define TOY_HEAR_STOP 4u /* "stop" alone, and at once */

typedef struct {
    bool muted, speaking, offline, waiting_for_answer;
    uint32_t since_wake_ms; /* UINT32_MAX: never */
} toy_intent_situation_t;

uint32_t toy_intent_hear(const toy_intent_situation_t *situation);
const char *toy_intent_name(toy_intent_t intent);

#endif
