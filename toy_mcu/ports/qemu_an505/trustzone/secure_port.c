#include "secure_port.h"

#include <string.h>

#include "qemu_an505/semihosting.h"

#define DUAL_TIMER ((volatile uint32_t *)0x50002000u) /* secure, so nobody turns the clock back to end a lock */
#define TICKS_PER_MS 20000u

enum { LOAD, VALUE, CONTROL, RUN_32_BITS = 0x82 };

void secure_port_open(toy_port_t *port)
{
    port->random = (uint64_t)semihosting_time() + 1u;
    DUAL_TIMER[LOAD] = UINT32_MAX;
    DUAL_TIMER[CONTROL] = RUN_32_BITS;
    port->ticks = DUAL_TIMER[VALUE];
}

uint32_t toy_port_now_ms(toy_port_t *port)
{
    uint32_t ticks = DUAL_TIMER[VALUE];
    port->rest_ticks += port->ticks - ticks;
    port->ticks = ticks;
    port->now_ms += port->rest_ticks / TICKS_PER_MS;
    port->rest_ticks %= TICKS_PER_MS;
    return port->now_ms;
}

/* splitmix64 (Steele et al. 2014): an emulator has no better one. */
toy_status_t toy_port_random(toy_port_t *port, void *bytes, size_t count)
{
    for (uint8_t *at = bytes; count-- > 0u;) {
        uint64_t z = (port->random += UINT64_C(0x9E3779B97F4A7C15));
        z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
        z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
        *at++ = (uint8_t)((z ^ (z >> 31)) >> 56);
    }
    return TOY_OK;
}

toy_status_t toy_port_store_read(toy_port_t *port, uint16_t name, void *bytes, size_t *count)
{
    if (name >= SECURE_RECORDS || port->record_bytes[name] == 0u) {
        return TOY_ERR_EMPTY;
    }
    if (port->record_bytes[name] > *count) {
        return TOY_ERR_MEMORY;
    }
    *count = port->record_bytes[name];
    memcpy(bytes, port->records[name], *count);
    return TOY_OK;
}

toy_status_t toy_port_store_write(toy_port_t *port, uint16_t name, const void *bytes, size_t count)
{
    if (name >= SECURE_RECORDS || count == 0u || count > SECURE_RECORD_BYTES) {
        return TOY_ERR_ARG;
    }
    memcpy(port->records[name], bytes, count);
    port->record_bytes[name] = count;
    return TOY_OK;
}

void toy_port_log(toy_port_t *port, const char *text)
{
    (void)port;
    (void)text; /* refusals are counted in the household's state; a fuzzer makes a million of them */
}
