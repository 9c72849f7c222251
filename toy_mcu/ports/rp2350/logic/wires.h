/* wires.h - three ways to the base station, one session: which wire has it.
 * In      which wire brought bytes, which one went away
 * Out     do the bytes count; must the toy be told that its wire was lost
 * Memory  rp_wires_t
 *
 * The first wire that brings something has the session and keeps it while it is heard; after three seconds of silence, or
 * when it goes away, the next one that brings something has it. So a charger's USB port that says nothing takes nothing. */
#ifndef RP2350_WIRES_H
#define RP2350_WIRES_H

#include <stdbool.h>
#include <stdint.h>

#define RP_WIRES_SILENCE_MS 3000u

typedef enum { RP_WIRE_NONE, RP_WIRE_UART, RP_WIRE_USB, RP_WIRE_RADIO } rp_wire_t;

typedef struct {
    rp_wire_t active;
    uint32_t heard_ms;
} rp_wires_t;

/* True: the bytes are the toy's. *lost: tell it first that the wire before is gone. */
bool rp_wires_heard(rp_wires_t *wires, rp_wire_t wire, uint32_t now_ms, bool *lost);

/* The wire went away. True: it had the session. */
bool rp_wires_gone(rp_wires_t *wires, rp_wire_t wire);

#endif
