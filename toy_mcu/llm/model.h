/* model.h - a view of a model file that lies in flash, PSRAM or SRAM, checked before anything in it is used.
 * In      the bytes of a file as models/FORMAT.md describes it, aligned to 8, unchanged as long as the view lives
 * Out     pointers into those bytes and the numbers of the header; every later module may trust them
 * Memory  this struct; the bytes stay where they are
 * Time    one pass over the file for the checksum
 * Errors  TOY_ERR_MODEL (not a model, cut short, absurd), TOY_ERR_CHECKSUM, TOY_ERR_ARG (misaligned)
 * Limits  TOY_MODEL_MAX_... below; they make every sum in the engine fit 32 bits */
#ifndef TOY_LLM_MODEL_H
#define TOY_LLM_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

#define TOY_MODEL_MAGIC 0x4C594F54u /* "TOYL" */
#define TOY_MODEL_VERSION 1u
#define TOY_MODEL_PACKING 1u
#define TOY_MODEL_HEADER_BYTES 256u
#define TOY_MODEL_MAX_DIM 512u
#define TOY_MODEL_MAX_HIDDEN 2048u
#define TOY_MODEL_MAX_LAYERS 32u
#define TOY_MODEL_MAX_HEAD_SIZE 128u
#define TOY_MODEL_MAX_VOCAB 32768u
#define TOY_MODEL_FINE_POSITIONS 32u

typedef enum {
    TOY_TENSOR_EMBEDDING,
    TOY_TENSOR_WQ,
    TOY_TENSOR_WK,
    TOY_TENSOR_WV,
    TOY_TENSOR_WO,
    TOY_TENSOR_W1,
    TOY_TENSOR_W3,
    TOY_TENSOR_W2,
    TOY_TENSOR_CLASSIFIER
} toy_tensor_role_t;

#define TOY_TENSORS_A_LAYER 7u

/* One entry of the file's table, read in place. */
typedef struct {
    uint8_t role;
    uint8_t layer;
    uint8_t bits;  /* 8 or 4 */
    uint8_t shift; /* fractional bits of the result; see models/llama/plan.py */
    uint32_t rows; /* whole fours */
    uint32_t columns;
    uint32_t group; /* columns that share a multiplier: all of them in this packing */
    uint32_t offset_bytes;
} toy_tensor_t;

typedef struct {
    const uint8_t *bytes;
    uint32_t size_bytes;
    uint32_t dim, hidden, layers, heads, kv_heads, head_size, kv_dim, vocab, context;
    uint32_t positions; /* that the rotation table reaches */
    uint64_t epsilon;
    const int32_t *embed_gain;  /* (dim) */
    const uint32_t *rotation;   /* (32 + positions / 32, head_size / 2) cos, sin in Q15 */
    const toy_tensor_t *tables; /* [embedding], layers * 7, classifier */
    const toy_tensor_t *embedding;
    const toy_tensor_t *first; /* layer 0's WQ */
    const toy_tensor_t *classifier;
    const uint8_t *pieces; /* for tokenizer.c */
    uint32_t pieces_bytes;
    bool has_ranks;
} toy_model_t;

TOY_MUST_USE toy_status_t toy_model_open(toy_model_t *model, const void *bytes, size_t size_bytes);

/* Words in a row, and bytes in a group of four rows with its multipliers. */
static inline uint32_t toy_tensor_words(const toy_tensor_t *tensor) { return tensor->columns * tensor->bits / 32u; }
static inline uint32_t toy_tensor_group_bytes(const toy_tensor_t *tensor)
{
    return toy_tensor_words(tensor) * 16u + 8u;
}
static inline const uint32_t *toy_tensor_group(const toy_model_t *model, const toy_tensor_t *tensor, uint32_t group)
{
    return (const uint32_t *)(const void *)(model->bytes + tensor->offset_bytes) +
           (size_t)group * (toy_tensor_group_bytes(tensor) / 4u);
}

#endif
