/* llama.h - the toy's storyteller: a Llama in integers, token after token, on both cores.
 * In      an opened model, token ids; limits in model.h
 * Out     logits as integers with model.classifier->shift fractional bits; the same bits on every machine
 * Memory  one arena; its size is found by toy_llama_init() on a measuring arena (base/arena.h)
 * Time    toy_mcu/SPEED.md; gated in tests/budgets.toml
 * Errors  TOY_ERR_ARG, TOY_ERR_MEMORY; TOY_ERR_FULL when the rotation table ends (2,048 positions)
 * Source  Llama 2 (Touvron 2023), llama2.c (Karpathy); models/llama/engine.py says every bit of it */
#ifndef TOY_LLM_LLAMA_H
#define TOY_LLM_LLAMA_H

#include <stdint.h>

#include "base/arena.h"
#include "llm/attention.h"
#include "llm/model.h"
#include "llm/tiles.h"
#include "port/toy_port.h"

#define TOY_LLAMA_MAX_BATCH 16u
#define TOY_LLAMA_MAX_CORES 4u

typedef struct {
    uint32_t window; /* positions remembered, whole fours, 8 to 512; older ones slide out */
    uint32_t batch;  /* prompt tokens that share one pass over the weights */
    uint32_t cores;  /* parts that rows and heads are split into */
    toy_fetch_t fetch; /* zero: weights are read where they lie */
} toy_llama_config_t;

/* What the parts of toy_port_parallel() are doing, for a port that measures. */
typedef enum { TOY_LLAMA_MULTIPLYING, TOY_LLAMA_ATTENDING, TOY_LLAMA_GATING } toy_llama_stage_t;

typedef struct {
    const toy_model_t *model;
    toy_port_t *port;
    toy_llama_config_t config;
    toy_llama_stage_t stage;
    toy_tiles_t tiles;
    toy_cache_t cache;
    uint32_t position;                    /* of the next token */
    int32_t factor[TOY_LLAMA_MAX_BATCH];  /* what the next product is multiplied by */
    int32_t *residual;                    /* (batch, dim) */
    uint32_t *packed;                     /* (batch, packed_words) int16 activations in kernel order */
    uint32_t *turn, *sink_turn;           /* (batch, head_size / 2) */
    int32_t *scratch;                     /* q, k, v and scores; then gate and up; then logits */
} toy_llama_t;

TOY_MUST_USE toy_status_t toy_llama_init(toy_llama_t *llama, const toy_model_t *model,
                                         const toy_llama_config_t *config, toy_port_t *port, toy_arena_t *arena);

/* Forgets the story, keeps the model. */
void toy_llama_reset(toy_llama_t *llama);

/* Reads count tokens. *logits (vocab) follow the last one and live until the next call; NULL when not wanted. */
TOY_MUST_USE toy_status_t toy_llama_feed(toy_llama_t *llama, const uint16_t *tokens, uint32_t count,
                                         const int32_t **logits);

#endif
