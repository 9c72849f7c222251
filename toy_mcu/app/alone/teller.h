/* teller.h - the story model at work: a prompt in, checked sentences out, one token at a time between two frames of sound.
 * In      a model file's bytes; a prompt sentence (which is spoken by somebody else); the unsafe list
 * Out     one sentence after the other, ready before it is needed
 * Memory  the arena, or the room given: cache and activations of the model, see llm/story.h; about 1.8 KB here
 * Time    a call of toy_teller_step() is at most one token, or one batch of the prompt
 * Errors  TOY_ERR_MODEL and the like from init: there is no model then. Later none: a sentence that is unsafe, or was
 *         told before, ends the story, and toy_teller_ended_well() says so */
#ifndef TOY_APP_ALONE_TELLER_H
#define TOY_APP_ALONE_TELLER_H

#include "app/alone/content.h"
#include "base/arena.h"
#include "llm/story.h"

#define TOY_TELLER_SENTENCE_BYTES 320u
#define TOY_TELLER_WORDS_MOST 220u
#define TOY_TELLER_AHEAD 4u      /* sentences that may wait: short ones must not be followed by a silence */
#define TOY_TELLER_REMEMBERS 8u /* sentences, so that none is told twice */

typedef struct {
    const void *model; /* NULL: none */
    size_t model_bytes;
    toy_llama_config_t llama;
    uint8_t pace_frames; /* a token every so many frames, for a slow model; 0: every frame */
    void *room;          /* the model's own memory, for one too large for the arena; NULL: from the arena */
    size_t room_bytes;
} toy_teller_config_t;

typedef enum { TOY_TELLER_OFF, TOY_TELLER_WRITING, TOY_TELLER_OVER } toy_teller_state_t;

typedef struct {
    const toy_content_t *content;
    toy_story_t *story; /* in the arena; NULL: no model */
    uint8_t pace_frames, paced;
    toy_teller_state_t state;
    bool ended_well;
    uint8_t first, waiting; /* sentences: the oldest of the ring, and how many */
    uint16_t words;
    uint32_t refused; /* sentences, since the toy was switched on */
    uint32_t before[TOY_TELLER_REMEMBERS]; /* checksums of the last sentences */
    uint8_t before_at;
    uint16_t used; /* of draft */
    char draft[TOY_TELLER_SENTENCE_BYTES];
    char sentence[TOY_TELLER_AHEAD][TOY_TELLER_SENTENCE_BYTES]; /* checked, waiting to be spoken */
} toy_teller_t;

TOY_MUST_USE toy_status_t toy_teller_init(toy_teller_t *teller, const toy_teller_config_t *config,
                                          const toy_content_t *content, toy_port_t *port, toy_arena_t *arena);
bool toy_teller_has_model(const toy_teller_t *teller);
void toy_teller_begin(toy_teller_t *teller, const char *prompt, uint32_t seed);
void toy_teller_hush(toy_teller_t *teller);
void toy_teller_step(toy_teller_t *teller);

/* Copies the oldest sentence that waits; false: none yet, or the story is over. */
bool toy_teller_take(toy_teller_t *teller, char text[TOY_TELLER_SENTENCE_BYTES]);
bool toy_teller_is_over(const toy_teller_t *teller); /* and every sentence was taken */
static inline bool toy_teller_ended_well(const toy_teller_t *teller) { return teller->ended_well; }

#endif
