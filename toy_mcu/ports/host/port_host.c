#define _GNU_SOURCE
#include "port_host.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

uint32_t toy_port_now_ms(toy_port_t *port) { return port->now_ms; }

static uint64_t splitmix64(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

toy_status_t toy_port_random(toy_port_t *port, void *bytes, size_t count)
{
    if (!port->has_seed) {
        return count <= 256u && getentropy(bytes, count) == 0 ? TOY_OK : TOY_ERR_PORT;
    }
    for (size_t i = 0; i < count; ++i) {
        ((uint8_t *)bytes)[i] = (uint8_t)(splitmix64(&port->random) >> 56);
    }
    return TOY_OK;
}

void toy_port_led(toy_port_t *port, uint8_t red, uint8_t green, uint8_t blue)
{
    const uint8_t led[3] = {red, green, blue};
    port->led_changed |= memcmp(port->led, led, sizeof led) != 0;
    memcpy(port->led, led, sizeof led);
}

static void path_of(const toy_port_t *port, uint16_t name, const char *ending, char *path, size_t room)
{
    (void)snprintf(path, room, "%s/record-%u%s", port->store, (unsigned)name, ending);
}

static void load(toy_port_t *port, uint16_t name)
{
    char path[1024];
    path_of(port, name, "", path, sizeof path);
    FILE *file = fopen(path, "rb");
    if (file != NULL) {
        port->record_bytes[name] = fread(port->records[name], 1, HOST_RECORD_BYTES, file);
        (void)fclose(file);
    }
}

toy_status_t toy_port_store_read(toy_port_t *port, uint16_t name, void *bytes, size_t *count)
{
    if (name >= HOST_RECORDS) {
        return TOY_ERR_ARG;
    }
    if (port->store != NULL && port->record_bytes[name] == 0u) {
        load(port, name);
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

/* Written beside and moved into place: a record is the old one or the new one, never half of each. */
static toy_status_t save(const toy_port_t *port, uint16_t name)
{
    char path[1024], fresh[1024];
    path_of(port, name, "", path, sizeof path);
    path_of(port, name, ".new", fresh, sizeof fresh);
    FILE *file = fopen(fresh, "wb");
    if (file == NULL) {
        return TOY_ERR_PORT;
    }
    size_t written = fwrite(port->records[name], 1, port->record_bytes[name], file);
    bool whole = fclose(file) == 0 && written == port->record_bytes[name];
    return whole && rename(fresh, path) == 0 ? TOY_OK : TOY_ERR_PORT;
}

toy_status_t toy_port_store_write(toy_port_t *port, uint16_t name, const void *bytes, size_t count)
{
    if (name >= HOST_RECORDS || count == 0u || count > HOST_RECORD_BYTES) {
        return TOY_ERR_ARG;
    }
    memcpy(port->records[name], bytes, count);
    port->record_bytes[name] = count;
    return port->store != NULL ? save(port, name) : TOY_OK;
}

void toy_port_parallel(toy_port_t *port, toy_port_work_t work, void *context, uint32_t parts)
{
    (void)port;
    for (uint32_t part = 0; part < parts; ++part) {
        work(context, part);
    }
}

void toy_port_alive(toy_port_t *port) { (void)port; /* a program that hangs is seen by whoever started it */ }

void toy_port_log(toy_port_t *port, const char *text)
{
    unsigned now_ms = port->now_ms;
    fprintf(stderr, "%7u.%03u %s\n", now_ms / 1000u, now_ms % 1000u, text);
}
