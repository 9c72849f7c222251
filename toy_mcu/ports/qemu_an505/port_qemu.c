#include "port_qemu.h"

#include <stdio.h>
#include <string.h>

#include "semihosting.h"

uint32_t toy_port_now_ms(toy_port_t *port) { return port->now_ms; }

/* splitmix64 (Steele et al. 2014): a test's generator, not a key's. */
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

void toy_port_led(toy_port_t *port, uint8_t red, uint8_t green, uint8_t blue)
{
    const uint8_t led[3] = {red, green, blue};
    port->led_changed |= memcmp(port->led, led, sizeof led) != 0;
    memcpy(port->led, led, sizeof led);
}

toy_status_t toy_port_store_read(toy_port_t *port, uint16_t name, void *bytes, size_t *count)
{
    if (name >= QEMU_RECORDS) {
        return TOY_ERR_ARG;
    }
    if (port->record_bytes[name] == 0u) {
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
    if (name >= QEMU_RECORDS || count == 0u || count > QEMU_RECORD_BYTES) {
        return TOY_ERR_ARG;
    }
    memcpy(port->records[name], bytes, count);
    port->record_bytes[name] = count;
    return TOY_OK;
}

void toy_port_parallel(toy_port_t *port, toy_port_work_t work, void *context, uint32_t parts)
{
    (void)port;
    for (uint32_t part = 0; part < parts; ++part) {
        work(context, part);
    }
}

void toy_port_alive(toy_port_t *port) { (void)port; /* QEMU's user sees a toy that hangs */ }

void toy_port_log(toy_port_t *port, const char *text)
{
    char line[160];
    (void)snprintf(line, sizeof line, "%7u.%03u %.128s\n", (unsigned)(port->now_ms / 1000u),
                   (unsigned)(port->now_ms % 1000u), text);
    semihosting_print(line);
}
