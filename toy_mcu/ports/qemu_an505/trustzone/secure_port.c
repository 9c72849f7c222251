#include "secure_port.h"

#include "qemu_an505/ram_port.h"
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

toy_status_t toy_port_random(toy_port_t *port, void *bytes, size_t count)
{
    ram_random(&port->random, bytes, count);
    return TOY_OK;
}

toy_status_t toy_port_store_read(toy_port_t *port, uint16_t name, void *bytes, size_t *count)
{
    return name < SECURE_RECORDS ? ram_read(port->records[name], port->record_bytes[name], bytes, count) : TOY_ERR_EMPTY;
}

toy_status_t toy_port_store_write(toy_port_t *port, uint16_t name, const void *bytes, size_t count)
{
    return name < SECURE_RECORDS
               ? ram_write(port->records[name], SECURE_RECORD_BYTES, &port->record_bytes[name], bytes, count)
               : TOY_ERR_ARG;
}

void toy_port_log(toy_port_t *port, const char *text)
{
    (void)port;
    (void)text; /* refusals are counted in the household's state; a fuzzer makes a million of them */
}
