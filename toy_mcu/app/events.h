/* events.h - what the toy tells its port as it happens: for lights, a control channel, a test.
 * In      -
 * Out     one call an event, from within the call of toy.h that caused it
 * Memory  text is valid during the call only */
#ifndef TOY_APP_EVENTS_H
#define TOY_APP_EVENTS_H

#include <stddef.h>
#include <stdint.h>

typedef enum {
    TOY_EVENT_STATE,    /* number: toy_state_t; text: its name */
    TOY_EVENT_BRAIN,    /* who answers this turn; text: "remote" or "local" */
    TOY_EVENT_HEARD,    /* text: what the toy itself made of the question */
    TOY_EVENT_SAID,     /* text: what the toy says by itself */
    TOY_EVENT_PLAYBACK, /* number: enum toy_playback_reason; text: "done" or "interrupted" */
    TOY_EVENT_LINK,     /* number: 1 up, 0 down; text: "up" or "down" */
    TOY_EVENT_ERROR,    /* number: toy_fault_t; text: one line */
    TOY_EVENT_PAIRING   /* text: open, digits NNNNNN, paired, refused, locked, closed, forgotten */
} toy_event_kind_t;

typedef struct {
    toy_event_kind_t kind;
    uint16_t turn; /* 0 outside any turn */
    uint8_t number;
    const char *text;
} toy_event_t;

typedef struct {
    void *context;
    void (*tell)(void *context, const toy_event_t *event);
} toy_listener_t;

static inline void toy_tell(const toy_listener_t *listener, toy_event_kind_t kind, uint16_t turn,
                            uint8_t number, const char *text)
{
    const toy_event_t event = {kind, turn, number, text};
    if (listener->tell != NULL) {
        listener->tell(listener->context, &event);
    }
}

#endif
