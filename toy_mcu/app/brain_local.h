/* brain_local.h - the toy answering by itself: what policy.h plans, spoken by its own voice, stories by its own Llama.
 * In      a question as in brain.h; the content blob; a story model or none; the phrase bank, which speaks one excuse
 *         when there is no content
 * Out     sound; what it said as text, told to the listener; each turn once in the book of offline turns; louder, quieter
 * Memory  about 1.8 KB, and in the arena the voice and the story model
 * Errors  as in brain.h */
#ifndef TOY_APP_BRAIN_LOCAL_H
#define TOY_APP_BRAIN_LOCAL_H

#include "app/alone/policy.h"
#include "app/alone/teller.h"
#include "app/brain.h"
#include "app/events.h"
#include "app/offline.h"
#include "app/phrases.h"
#include "app/settings.h"
#include "app/speech.h"
#include "audio/gain.h"

/* So much of a story, then it asks whether to go on: a turn is over within a minute. */
#define TOY_LOCAL_PART_FRAMES 1300u
#define TOY_LOCAL_TEXT_BYTES 512u

typedef struct {
    toy_phrases_t *phrases;
    toy_offline_t *offline;
    const toy_listener_t *listener;
    const toy_content_t *content; /* not opened: the phrase bank answers */
    const toy_gain_t *gain;
    const toy_settings_t *settings; /* what the parents want holds here too */
    toy_port_t *port;
    toy_teller_config_t teller;
    bool speaks; /* there is a content, so there must be a voice */
    uint32_t seed;
} toy_brain_local_config_t;

typedef struct {
    toy_brain_local_config_t config;
    toy_policy_t policy;
    toy_mouth_t mouth;
    toy_teller_t teller;
    toy_speech_t clips;
    uint16_t turn;
    bool handed_over;
    bool ready;       /* the answer has been chosen */
    uint16_t frames;  /* of sound in this turn */
    char text[TOY_LOCAL_TEXT_BYTES]; /* being spoken */
} toy_brain_local_t;

size_t toy_brain_local_arena_bytes(const toy_brain_local_config_t *config);

/* TOY_ERR_MODEL: the story model is none; the toy tells its other stories then, and all else works. */
TOY_MUST_USE toy_status_t toy_brain_local_init(toy_brain_local_t *local, const toy_brain_local_config_t *config,
                                               toy_arena_t *arena);
toy_brain_t toy_brain_local(toy_brain_local_t *local);

/* Steps of loudness that were asked for since the last call. */
int8_t toy_brain_local_take_volume(toy_brain_local_t *local);

#endif
