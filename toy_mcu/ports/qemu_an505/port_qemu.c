#include "port_qemu.h"

#include <stdio.h>
#include <string.h>

#include "qemu_an505/ram_port.h"
#include "semihosting.h"

uint32_t toy_port_now_ms(toy_port_t *port) { return port->now_ms; }

toy_status_t toy_port_random(toy_port_t *port, void *bytes, size_t count)
{
    ram_random(&port->random, bytes, count);
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
    return name < QEMU_RECORDS ? ram_read(port->records[name], port->record_bytes[name], bytes, count) : TOY_ERR_ARG;
}

toy_status_t toy_port_store_write(toy_port_t *port, uint16_t name, const void *bytes, size_t count)
{
    return name < QEMU_RECORDS
               ? ram_write(port->records[name], QEMU_RECORD_BYTES, &port->record_bytes[name], bytes, count)
               : TOY_ERR_ARG;
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
