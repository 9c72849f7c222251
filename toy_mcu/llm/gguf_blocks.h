/* gguf_blocks.h - one block of a GGUF tensor to floats.
 * In      the block's bytes; a type whose toy_gguf_block_values() is not 0
 * Out     1, 32 or 256 floats: single precision, each product rounded once, as gguf-py's numpy does it
 * Memory  none
 * Source  ggml-quants.c's layouts, gguf-py's quants.py */
#ifndef TOY_LLM_GGUF_BLOCKS_H
#define TOY_LLM_GGUF_BLOCKS_H

#include <stdint.h>

void toy_gguf_unpack(uint32_t type, const uint8_t *block, float *values);

#endif
