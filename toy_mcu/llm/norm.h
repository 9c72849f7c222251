/* norm.h - normalising and quantising in one go: nothing is multiplied, the norm becomes a factor of the result.
 * In      integers of any size, a multiple of four of them
 * Out     int16 activations in kernel order whose absolute values sum to less than 2^15, and what was taken out
 * Memory  packed: (count + 7) / 8 * 4 words at most
 * Time    5 instructions an element
 * Errors  none
 * Source  models/llama/engine.py: pack, normed, inverse_root, powers */
#ifndef TOY_LLM_NORM_H
#define TOY_LLM_NORM_H

#include <stdint.h>

#include "llm/model.h"

typedef struct {
    uint32_t shift;  /* x = activation * 2^shift */
    int32_t squares; /* sum of squares of the activations */
} toy_packed_t;

/* bits is the width of the weights that will be multiplied: it decides the order of pairs. */
toy_packed_t toy_pack(const int32_t *x, uint32_t count, uint32_t bits, uint32_t *packed);

/* Packs x and returns the factor that makes its root mean square one. */
int32_t toy_norm(const toy_model_t *model, const int32_t *x, uint32_t bits, uint32_t *packed);

/* Packs x and returns the factor that puts the tensor's result into residual units. */
int32_t toy_pack_for(const toy_tensor_t *tensor, const int32_t *x, uint32_t count, uint32_t *packed);

/* 2^(bits + 8) / sqrt(total), at most 2^31 - 1; total is not 0. */
int32_t toy_inverse_root(uint64_t total, uint32_t bits);

#endif
