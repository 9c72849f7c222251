#include "base/arena.h"

#include <string.h>

void toy_arena_init(toy_arena_t *arena, void *block, size_t size_bytes)
{
    arena->base = block;
    arena->size_bytes = size_bytes;
    arena->used_bytes = 0;
    arena->failed = (block == NULL);
}

void toy_arena_measure(toy_arena_t *arena)
{
    arena->base = NULL;
    arena->size_bytes = SIZE_MAX;
    arena->used_bytes = 0;
    arena->failed = false;
}

void *toy_arena_take(toy_arena_t *arena, size_t size_bytes, size_t align_bytes)
{
    if (arena->base == NULL) {
        /* Worst-case padding, so that a real block of the counted size is enough at any alignment. */
        arena->used_bytes += size_bytes + align_bytes - 1u;
        return NULL;
    }
    uintptr_t start = (uintptr_t)arena->base + arena->used_bytes;
    size_t padding = (size_t)(-start & (align_bytes - 1u));
    size_t room = arena->size_bytes - arena->used_bytes;
    if (arena->failed || padding > room || size_bytes > room - padding) {
        arena->failed = true;
        return NULL;
    }
    void *piece = arena->base + arena->used_bytes + padding;
    arena->used_bytes += padding + size_bytes;
    memset(piece, 0, size_bytes);
    return piece;
}
