/* port_host.h - toy_port.h on a PC: a clock that the microphone drives, a store of files.
 * Memory  the caller's struct toy_port; two toys in one process have two
 * Errors  as in toy_port.h */
#ifndef TOY_HOST_PORT_HOST_H
#define TOY_HOST_PORT_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include "port/toy_port.h"

#define HOST_RECORDS 9u
#define HOST_RECORD_BYTES 4096u

struct toy_port {
    uint32_t now_ms;    /* moved on by main(), 20 ms a microphone frame */
    bool has_seed;
    uint64_t random;    /* state of the generator, when seeded */
    const char *store;  /* folder, or NULL: memory alone */
    uint8_t records[HOST_RECORDS][HOST_RECORD_BYTES];
    size_t record_bytes[HOST_RECORDS]; /* 0: never written */
    uint8_t led[3];
    bool led_changed;
};

#endif
