#include "qemu_an505/ram_port.h"

#include <string.h>

toy_status_t ram_read(const void *record, size_t written, void *bytes, size_t *count)
{
    if (written == 0u) {
        return TOY_ERR_EMPTY;
    }
    if (written > *count) {
        return TOY_ERR_MEMORY;
    }
    *count = written;
    memcpy(bytes, record, written);
    return TOY_OK;
}

toy_status_t ram_write(void *record, size_t room, size_t *written, const void *bytes, size_t count)
{
    if (count == 0u || count > room) {
        return TOY_ERR_ARG;
    }
    memcpy(record, bytes, count);
    *written = count;
    return TOY_OK;
}

void ram_random(uint64_t *state, void *bytes, size_t count)
{
    for (uint8_t *at = bytes; count-- > 0u;) {
        uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));
        z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
        z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
        *at++ = (uint8_t)((z ^ (z >> 31)) >> 56);
    }
}
