/* brain_local.h - the toy answering by itself: an excuse, and something nice instead.
 * In      a question as in brain.h; a phrase bank, which may be missing (it then keeps silent)
 * Out     sound; what it said as text, told to the listener and to the book of offline turns
 * Memory  about 300 bytes
 * Errors  as in brain.h */
#ifndef TOY_APP_BRAIN_LOCAL_H
#define TOY_APP_BRAIN_LOCAL_H

#include "app/brain.h"
#include "app/events.h"
#include "app/offline.h"
#include "app/phrases.h"
#include "app/speech.h"

typedef struct {
    toy_phrases_t *phrases;
    toy_speech_t speech;
    toy_offline_t *offline;
    const toy_listener_t *listener;
    uint16_t turn;
    bool handed_over;
    bool ready;       /* the answer has been chosen */
    bool greeted;     /* since the toy was switched on */
    bool owes_a_joke; /* the last answer offered one */
    uint8_t said_bytes;
    char said[TOY_PHRASE_TEXT_BYTES + 1u]; /* terminated */
} toy_brain_local_t;

void toy_brain_local_init(toy_brain_local_t *local, toy_phrases_t *phrases, toy_offline_t *offline,
                          const toy_listener_t *listener);
toy_brain_t toy_brain_local(toy_brain_local_t *local);

#endif
