/* toy_port.h - everything that the core needs from outside, and nothing else.
 * In      the port's own context, handed through unchanged; two toys in one process have two contexts
 * Out     see each function
 * Memory  the port's
 * Errors  where a function can fail it returns toy_status_t
 * A port defines every function here. There are no weak defaults: a forgotten one is a link error.
 * Sound and link bytes are pushed into the core by the port's main loop (app/toy.h), never pulled from here. */
#ifndef TOY_PORT_TOY_PORT_H
#define TOY_PORT_TOY_PORT_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

typedef struct toy_port toy_port_t;

/* Milliseconds since power-on, never backwards; 32 bits wrap after 49 days and differences stay right. */
uint32_t toy_port_now_ms(toy_port_t *port);

/* Unpredictable bytes: the RP2350's TRNG, the host's kernel, a seeded generator in tests. */
TOY_MUST_USE toy_status_t toy_port_random(toy_port_t *port, void *bytes, size_t count);

/* A colour for the plush's lights, 0..255 each. */
void toy_port_led(toy_port_t *port, uint8_t red, uint8_t green, uint8_t blue);

/* Small records that survive power loss, named 0 to 7, at most 4096 bytes each: written whole or not at all. Reading a name that was never written is
 * TOY_ERR_EMPTY; *count holds the room on entry and the length on return. */
TOY_MUST_USE toy_status_t toy_port_store_read(toy_port_t *port, uint16_t name, void *bytes, size_t *count);
TOY_MUST_USE toy_status_t toy_port_store_write(toy_port_t *port, uint16_t name, const void *bytes, size_t count);

/* Runs work(context, part) once for every part of 0..parts-1, in any order, on whatever cores there are, and
 * returns when all are done: a thread on the host, core 1 on the RP2350, a loop where there is one core. */
typedef void (*toy_port_work_t)(void *context, uint32_t part);
void toy_port_parallel(toy_port_t *port, toy_port_work_t work, void *context, uint32_t parts);

/* The main loop calls in here once a round; a port with a watchdog feeds it. */
void toy_port_alive(toy_port_t *port);

/* One line for a developer, without a newline; never blocks and may be dropped. */
void toy_port_log(toy_port_t *port, const char *text);

#endif
