#include "llm/tiles.h"

#include <string.h>

toy_status_t toy_tiles_init(toy_tiles_t *tiles, const toy_model_t *model, const toy_fetch_t *fetch,
                            toy_arena_t *arena)
{
    memset(tiles, 0, sizeof *tiles);
    tiles->model = model;
    if (fetch == NULL || fetch->start == NULL) {
        return TOY_OK;
    }
    tiles->fetch = *fetch;
    for (const toy_tensor_t *tensor = model->first; tensor <= model->classifier; ++tensor) {
        if (toy_tensor_group_bytes(tensor) > fetch->tile_bytes) {
            return TOY_ERR_ARG;
        }
    }
    tiles->buffers[0] = toy_arena_take(arena, fetch->tile_bytes, 8);
    tiles->buffers[1] = toy_arena_take(arena, fetch->tile_bytes, 8);
    return arena->failed ? TOY_ERR_MEMORY : TOY_OK;
}

static void send_for(toy_tiles_t *tiles, const toy_tensor_t *tensor, uint32_t first)
{
    const uint32_t all = tensor->rows / 4u, room = tiles->fetch.tile_bytes / toy_tensor_group_bytes(tensor);
    tiles->tensor = tensor;
    tiles->first = first;
    tiles->groups = all - first < room ? all - first : room;
    tiles->fetch.start(tiles->fetch.context, tiles->buffers[tiles->filling],
                       toy_tensor_group(tiles->model, tensor, first),
                       tiles->groups * toy_tensor_group_bytes(tensor));
}

const uint32_t *toy_tiles_take(toy_tiles_t *tiles, const toy_tensor_t *tensor, uint32_t first, uint32_t *groups)
{
    if (tiles->fetch.start == NULL) {
        *groups = tensor->rows / 4u - first;
        return toy_tensor_group(tiles->model, tensor, first);
    }
    if (tiles->tensor != NULL) {
        tiles->fetch.wait(tiles->fetch.context);
    }
    if (tiles->tensor != tensor || tiles->first != first) { /* a prompt skipped the classifier, or the first call */
        send_for(tiles, tensor, first);
        tiles->fetch.wait(tiles->fetch.context);
    }
    const uint32_t *tile = tiles->buffers[tiles->filling];
    *groups = tiles->groups;
    tiles->filling ^= 1u;
    if (first + *groups < tensor->rows / 4u) {
        send_for(tiles, tensor, first + *groups);
    } else { /* the next matrix; after the classifier comes the next token's first */
        send_for(tiles, tensor == tiles->model->classifier ? tiles->model->first : tensor + 1, 0);
    }
    return tile;
}
