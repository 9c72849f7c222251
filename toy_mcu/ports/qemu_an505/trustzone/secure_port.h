/* secure_port.h - toy_port.h for the secure world: a clock and a store that the rest cannot touch.
 * Memory  secure_world: everything that must not leave */
#ifndef QEMU_SECURE_PORT_H
#define QEMU_SECURE_PORT_H

#include "qemu_an505/options.h"
#include "secure/ear.h"
#include "secure/vault.h"

#define SECURE_RECORDS 8u
#define SECURE_RECORD_BYTES 64u

struct toy_port {
    uint32_t now_ms, ticks, rest_ticks;
    uint64_t random;
    size_t record_bytes[SECURE_RECORDS];
    uint8_t records[SECURE_RECORDS][SECURE_RECORD_BYTES];
};

typedef struct {
    toy_port_t port;
    toy_vault_t vault;
    toy_ear_t ear;
    uint8_t *arena;
    size_t arena_bytes;
} secure_world_t;

extern secure_world_t secure_world;

void secure_port_open(toy_port_t *port);
/* The toy's body (body.c), or what a test has in its place. */
bool secure_world_prepare(const qemu_options_t *options); /* before the rest starts; false: it must not */
const int16_t *secure_world_frame(void); /* the microphone's next, once; NULL: none yet */

#endif
