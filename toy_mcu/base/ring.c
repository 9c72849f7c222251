#include "base/ring.h"

#include <string.h>

toy_status_t toy_ring_init(toy_ring_t *ring, void *block, size_t size_bytes)
{
    if (block == NULL || size_bytes == 0u || size_bytes > UINT32_C(0x40000000) ||
        (size_bytes & (size_bytes - 1u)) != 0u) {
        return TOY_ERR_ARG;
    }
    ring->block = block;
    ring->size_bytes = (uint32_t)size_bytes;
    atomic_init(&ring->head, 0u);
    atomic_init(&ring->tail, 0u);
    return TOY_OK;
}

size_t toy_ring_used(const toy_ring_t *ring)
{
    uint32_t head = atomic_load_explicit(&ring->head, memory_order_acquire);
    uint32_t tail = atomic_load_explicit(&ring->tail, memory_order_acquire);
    return head - tail;
}

size_t toy_ring_room(const toy_ring_t *ring) { return ring->size_bytes - toy_ring_used(ring); }

toy_status_t toy_ring_write(toy_ring_t *ring, const void *bytes, size_t count)
{
    if (count > toy_ring_room(ring)) {
        return TOY_ERR_FULL;
    }
    uint32_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
    uint32_t at = head & (ring->size_bytes - 1u);
    size_t first = ring->size_bytes - at;
    if (first > count) {
        first = count;
    }
    memcpy(ring->block + at, bytes, first);
    memcpy(ring->block, (const uint8_t *)bytes + first, count - first);
    atomic_store_explicit(&ring->head, head + (uint32_t)count, memory_order_release);
    return TOY_OK;
}

toy_status_t toy_ring_peek(const toy_ring_t *ring, size_t offset, void *bytes, size_t count)
{
    size_t used = toy_ring_used(ring);
    if (offset > used || count > used - offset) {
        return TOY_ERR_EMPTY;
    }
    uint32_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
    uint32_t at = (tail + (uint32_t)offset) & (ring->size_bytes - 1u);
    size_t first = ring->size_bytes - at;
    if (first > count) {
        first = count;
    }
    memcpy(bytes, ring->block + at, first);
    memcpy((uint8_t *)bytes + first, ring->block, count - first);
    return TOY_OK;
}

toy_status_t toy_ring_read(toy_ring_t *ring, void *bytes, size_t count)
{
    TOY_TRY(toy_ring_peek(ring, 0u, bytes, count));
    toy_ring_drop(ring, count);
    return TOY_OK;
}

void toy_ring_drop(toy_ring_t *ring, size_t count)
{
    size_t used = toy_ring_used(ring);
    uint32_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
    atomic_store_explicit(&ring->tail, tail + (uint32_t)(count < used ? count : used), memory_order_release);
}
