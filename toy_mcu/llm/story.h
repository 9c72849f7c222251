/* story.h - the whole of the toy's Llama behind three calls: open a model, begin with a prompt, take pieces of text.
 * In      a model file's bytes, a prompt in UTF-8
 * Out     text, a piece a call, until the model ends the story
 * Memory  one arena: cache, activations, tiles; measured by toy_story_init() on a measuring arena
 * Time    a call of toy_story_next() is one token, one of toy_story_read() a batch of the prompt; see toy_mcu/SPEED.md
 * Errors  those of model.h, tokenizer.h and llama.h; TOY_ERR_EMPTY when the story is over */
#ifndef TOY_LLM_STORY_H
#define TOY_LLM_STORY_H

#include "llm/llama.h"
#include "llm/sampler.h"
#include "llm/tokenizer.h"

#define TOY_STORY_PROMPT_BYTES 256u

typedef struct {
    toy_model_t model;
    toy_tokenizer_t tokenizer;
    toy_llama_t llama;
    toy_sampler_t sampler;
    uint16_t prompt[TOY_STORY_PROMPT_BYTES + 2u];
    uint32_t prompt_tokens, prompt_read;
    uint16_t token; /* the last one */
    bool over;
    const int32_t *logits;
    uint8_t lone_byte;
} toy_story_t;

TOY_MUST_USE toy_status_t toy_story_init(toy_story_t *story, const void *model, size_t model_bytes,
                                         const toy_llama_config_t *config, toy_port_t *port, toy_arena_t *arena);

/* Forgets the last story and reads the prompt, at most TOY_STORY_PROMPT_BYTES. */
TOY_MUST_USE toy_status_t toy_story_begin(toy_story_t *story, const char *prompt, size_t prompt_bytes,
                                          const toy_sampler_config_t *sampling);

/* The same in small steps, for a toy that must not wait: open, then read until all of the prompt is read. */
TOY_MUST_USE toy_status_t toy_story_open(toy_story_t *story, const char *prompt, size_t prompt_bytes,
                                         const toy_sampler_config_t *sampling);
TOY_MUST_USE toy_status_t toy_story_read(toy_story_t *story); /* one batch */
static inline bool toy_story_has_read(const toy_story_t *story) { return story->prompt_read == story->prompt_tokens; }

/* The next piece of text, valid until the next call; may be empty. */
TOY_MUST_USE toy_status_t toy_story_next(toy_story_t *story, const uint8_t **text, uint32_t *text_bytes);

#endif
