/* tiles.h - weights that do not fit SRAM, brought in piece by piece while the piece before is multiplied.
 * In      a model in memory-mapped flash or PSRAM, and a port's DMA as two functions; or neither, for weights in place
 * Out     a pointer to some groups of rows, valid until the next call
 * Memory  two tiles from the arena; none in place
 * Time    what the bus takes beyond the computing; tiles follow each other in the file, so does the DMA
 * Errors  TOY_ERR_ARG (a tile holds no group), TOY_ERR_MEMORY */
#ifndef TOY_LLM_TILES_H
#define TOY_LLM_TILES_H

#include <stdint.h>

#include "base/arena.h"
#include "llm/model.h"

typedef struct {
    void (*start)(void *context, void *to, const void *from, uint32_t count_bytes); /* NULL: weights in place */
    void (*wait)(void *context); /* until the last start is done */
    void *context;
    uint32_t tile_bytes;
} toy_fetch_t;

typedef struct {
    const toy_model_t *model;
    toy_fetch_t fetch;
    uint32_t *buffers[2];
    uint32_t filling;             /* buffer of the tile on its way */
    const toy_tensor_t *tensor;   /* which tile that is; NULL none */
    uint32_t first, groups;
} toy_tiles_t;

TOY_MUST_USE toy_status_t toy_tiles_init(toy_tiles_t *tiles, const toy_model_t *model, const toy_fetch_t *fetch,
                                         toy_arena_t *arena);

/* Groups of four rows from `first` on; *groups says how many came. Sends for the tile that follows. */
const uint32_t *toy_tiles_take(toy_tiles_t *tiles, const toy_tensor_t *tensor, uint32_t first, uint32_t *groups);

#endif
