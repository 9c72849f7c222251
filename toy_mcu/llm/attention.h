/* attention.h - rotary positions, the int8 key and value cache, and the weighted sum over it.
 * In      queries, keys and values as integers with the fractional bits of their tensors
 * Out     averages of values with 12 fractional bits, over the queries
 * Memory  cache: 2 * kv_dim bytes a position and layer; scores: window words a core
 * Time    about 870 instructions a position for stories260K
 * Errors  none
 * Source  models/llama/engine.py; attention sinks: Xiao et al. (2023)
 *
 * When the window is full the oldest position is overwritten, except the first four, the sinks. Those were rotated to
 * positions 0..3 and would drift out of the range that the model was trained on, so they see a query rotated as if it
 * stood at the window's end. Keys are never turned again. */
#ifndef TOY_LLM_ATTENTION_H
#define TOY_LLM_ATTENTION_H

#include <stdint.h>

#include "llm/model.h"

#define TOY_ATTENTION_SINKS 4u
#define TOY_ATTENTION_MAX_WINDOW 512u

typedef struct {
    uint32_t window; /* positions kept, whole fours */
    uint32_t *keys;  /* (layers, kv_heads, window, head_size) codes */
    uint32_t *values; /* (layers, kv_heads, head_size / 4, window / 2) pairs of positions, two words each */
} toy_cache_t;

/* cos and sin of one position for every pair of a head, Q15 halves. */
void toy_rotation_at(const toy_model_t *model, uint32_t position, uint32_t *turn);

typedef struct {
    const toy_model_t *model;
    const toy_tensor_t *layer; /* its WQ */
    toy_cache_t *cache;
    uint32_t position;
    const uint32_t *turn;      /* rotation here */
    const uint32_t *sink_turn; /* rotation seen by the sinks; used once position >= window */
    int32_t *q;                /* (heads, head_size); the result replaces it */
    int32_t *k, *v;            /* (kv_heads, head_size); turned in place */
} toy_attention_t;

/* KV heads from..to-1: stores key and value, then attends with each of their query heads. scores: window words. */
void toy_attend(const toy_attention_t *a, uint32_t from, uint32_t to, uint32_t *scores);

#endif
