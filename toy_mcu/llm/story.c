#include "llm/story.h"

#include <string.h>

toy_status_t toy_story_init(toy_story_t *story, const void *model, size_t model_bytes,
                            const toy_llama_config_t *config, toy_port_t *port, toy_arena_t *arena)
{
    memset(story, 0, sizeof *story);
    story->over = true;
    TOY_TRY(toy_model_open(&story->model, model, model_bytes));
    TOY_TRY(toy_tokenizer_open(&story->tokenizer, &story->model));
    return toy_llama_init(&story->llama, &story->model, config, port, arena);
}

toy_status_t toy_story_open(toy_story_t *story, const char *prompt, size_t prompt_bytes,
                            const toy_sampler_config_t *sampling)
{
    uint32_t count = sizeof story->prompt / sizeof story->prompt[0];
    story->over = true;
    TOY_TRY(toy_tokenizer_encode(&story->tokenizer, prompt, prompt_bytes, story->prompt, &count));
    toy_sampler_init(&story->sampler, sampling);
    for (uint32_t i = 0; i < count; ++i) {
        toy_sampler_saw(&story->sampler, story->prompt[i]);
    }
    toy_llama_reset(&story->llama);
    story->prompt_tokens = count;
    story->prompt_read = 0;
    story->logits = NULL;
    story->token = story->prompt[count - 1u];
    story->over = false;
    return TOY_OK;
}

toy_status_t toy_story_read(toy_story_t *story)
{
    const uint32_t left = story->prompt_tokens - story->prompt_read, batch = story->llama.config.batch;
    const uint32_t count = left < batch ? left : batch;
    if (count == 0u) {
        return TOY_OK;
    }
    TOY_TRY(toy_llama_feed(&story->llama, story->prompt + story->prompt_read, count,
                           count == left ? &story->logits : NULL));
    story->prompt_read += count;
    return TOY_OK;
}

toy_status_t toy_story_begin(toy_story_t *story, const char *prompt, size_t prompt_bytes,
                             const toy_sampler_config_t *sampling)
{
    TOY_TRY(toy_story_open(story, prompt, prompt_bytes, sampling));
    while (!toy_story_has_read(story)) {
        TOY_TRY(toy_story_read(story));
    }
    return TOY_OK;
}

toy_status_t toy_story_next(toy_story_t *story, const uint8_t **text, uint32_t *text_bytes)
{
    if (story->over) {
        return TOY_ERR_EMPTY;
    }
    const toy_model_t *model = &story->model;
    if (story->logits == NULL) { /* thinking is put off until the piece is asked for */
        TOY_TRY(toy_llama_feed(&story->llama, &story->token, 1, &story->logits));
    }
    uint16_t next = toy_sampler_pick(&story->sampler, story->logits, model->vocab, model->classifier->shift);
    story->logits = NULL;
    if (next == TOY_TOKEN_BEGIN || next == TOY_TOKEN_STOP) {
        story->over = true;
        return TOY_ERR_EMPTY;
    }
    toy_sampler_saw(&story->sampler, next);
    *text_bytes = toy_tokenizer_text(&story->tokenizer, story->token, next, text, &story->lone_byte);
    story->token = next;
    return TOY_OK;
}
