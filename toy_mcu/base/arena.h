/* arena.h - bump allocation from one block that the caller owns.
 * In      a block of memory, any alignment
 * Out     aligned pieces of it, or NULL when it is used up; nothing is ever given back singly
 * Memory  the block itself; sizes are known after one dry run with toy_arena_measure()
 * Errors  NULL from toy_arena_take(), remembered in `failed` so that a chain of takes is checked once */
#ifndef TOY_BASE_ARENA_H
#define TOY_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint8_t *base; /* NULL in a measuring arena */
    size_t size_bytes;
    size_t used_bytes;
    bool failed;
} toy_arena_t;

#define TOY_ARENA_ALIGN 8u

void toy_arena_init(toy_arena_t *arena, void *block, size_t size_bytes);

/* An arena that hands out nothing and only counts: run an init against it to learn what it needs. */
void toy_arena_measure(toy_arena_t *arena);

/* align_bytes is a power of two; the piece is zeroed. */
void *toy_arena_take(toy_arena_t *arena, size_t size_bytes, size_t align_bytes);

#endif
