/* gguf.h - walks a GGUF file and takes its quantised blocks apart, a block at a time.
 * In      a function that reads bytes at an offset; nothing is ever mapped or held
 * Out     tensor names, shapes and offsets in file order; 32 or 256 floats a block, equal to the gguf package's
 * Memory  this struct: one scratch buffer of TOY_GGUF_SCRATCH_BYTES, whatever the file's size
 * Time    a few hundred instructions a block
 * Errors  TOY_ERR_FORMAT (not GGUF 2 or 3, absurd), TOY_ERR_EMPTY (no more tensors), what the reader returns
 * Source  ggml's GGUF specification and block layouts; gguf-py's quants.py */
#ifndef TOY_LLM_GGUF_H
#define TOY_LLM_GGUF_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

#define TOY_GGUF_SCRATCH_BYTES 256u
#define TOY_GGUF_NAME_BYTES 64u
#define TOY_GGUF_BLOCK_VALUES 256u

typedef enum {
    TOY_GGUF_F32 = 0,
    TOY_GGUF_F16 = 1,
    TOY_GGUF_Q4_0 = 2,
    TOY_GGUF_Q8_0 = 8,
    TOY_GGUF_Q2_K = 10,
    TOY_GGUF_Q4_K = 12,
    TOY_GGUF_Q5_K = 13,
    TOY_GGUF_Q6_K = 14
} toy_gguf_type_t;

typedef struct {
    toy_status_t (*read)(void *context, uint64_t offset, void *bytes, size_t count);
    void *context;
    uint64_t size_bytes;
} toy_gguf_source_t;

typedef struct {
    char name[TOY_GGUF_NAME_BYTES + 1u];
    uint32_t type;
    uint64_t values;
    uint64_t offset; /* from the file's beginning */
    uint64_t bytes;
} toy_gguf_tensor_t;

typedef struct {
    toy_gguf_source_t source;
    uint64_t at;          /* where walking stands */
    uint64_t data;        /* where tensor data begin */
    uint64_t tensors_at;
    uint32_t tensors, next;
    uint8_t scratch[TOY_GGUF_SCRATCH_BYTES];
} toy_gguf_t;

TOY_MUST_USE toy_status_t toy_gguf_open(toy_gguf_t *gguf, const toy_gguf_source_t *source);

/* The next tensor's entry; TOY_ERR_EMPTY after the last. */
TOY_MUST_USE toy_status_t toy_gguf_next(toy_gguf_t *gguf, toy_gguf_tensor_t *tensor);

/* Values and bytes of one block; 0 values for a type that is not known here. */
uint32_t toy_gguf_block_values(uint32_t type);
uint32_t toy_gguf_block_bytes(uint32_t type);

/* Reads block number `block` of a tensor through the scratch buffer. */
TOY_MUST_USE toy_status_t toy_gguf_block(toy_gguf_t *gguf, const toy_gguf_tensor_t *tensor, uint64_t block,
                                         float values[TOY_GGUF_BLOCK_VALUES]);

#endif
