/* ring.h - single-producer single-consumer byte ring, safe between an interrupt and the main loop.
 * In      bytes, all of a write or none of it
 * Out     the same bytes in order
 * Memory  the caller's block, a power of two in size; two free-running 32-bit indices
 * Errors  TOY_ERR_FULL, TOY_ERR_EMPTY, TOY_ERR_ARG
 * Source  Lamport, "Proving the correctness of multiprocess programs" (1977); C11 acquire and release */
#ifndef TOY_BASE_RING_H
#define TOY_BASE_RING_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

typedef struct {
    uint8_t *block;
    uint32_t size_bytes;
    _Atomic uint32_t head; /* written by the producer alone */
    _Atomic uint32_t tail; /* written by the consumer alone */
} toy_ring_t;

TOY_MUST_USE toy_status_t toy_ring_init(toy_ring_t *ring, void *block, size_t size_bytes);
size_t toy_ring_used(const toy_ring_t *ring);
size_t toy_ring_room(const toy_ring_t *ring);
TOY_MUST_USE toy_status_t toy_ring_write(toy_ring_t *ring, const void *bytes, size_t count);
TOY_MUST_USE toy_status_t toy_ring_read(toy_ring_t *ring, void *bytes, size_t count);

/* Reads without taking; offset counts from the oldest byte. */
TOY_MUST_USE toy_status_t toy_ring_peek(const toy_ring_t *ring, size_t offset, void *bytes, size_t count);

/* Takes up to count of the oldest bytes away; consumer side only. */
void toy_ring_drop(toy_ring_t *ring, size_t count);

#endif
