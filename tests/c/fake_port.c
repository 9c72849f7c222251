#include "fake_port.h"

#include <string.h>

uint32_t toy_port_now_ms(toy_port_t *port) { return port->now_ms; }

toy_status_t toy_port_random(toy_port_t *port, void *bytes, size_t count)
{
    for (size_t i = 0; i < count; ++i) {
        port->random = port->random * 1664525u + 1013904223u;
        ((uint8_t *)bytes)[i] = (uint8_t)(port->random >> 24);
    }
    return port->random_refuses ? TOY_ERR_PORT : TOY_OK;
}

void toy_port_led(toy_port_t *port, uint8_t red, uint8_t green, uint8_t blue)
{
    port->led[0] = red;
    port->led[1] = green;
    port->led[2] = blue;
}

toy_status_t toy_port_store_read(toy_port_t *port, uint16_t name, void *bytes, size_t *count)
{
    if (name >= FAKE_RECORDS || port->record_bytes[name] == 0u) {
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
    if (port->store_refuses || name >= FAKE_RECORDS || count > FAKE_RECORD_BYTES) {
        return TOY_ERR_PORT;
    }
    memcpy(port->records[name], bytes, count);
    port->record_bytes[name] = count;
    ++port->writes;
    return TOY_OK;
}

void toy_port_parallel(toy_port_t *port, toy_port_work_t work, void *context, uint32_t parts)
{
    (void)port;
    for (uint32_t part = 0; part < parts; ++part) {
        work(context, part);
    }
}

void toy_port_alive(toy_port_t *port) { ++port->alive; }

void toy_port_log(toy_port_t *port, const char *text)
{
    (void)text;
    ++port->lines;
}
