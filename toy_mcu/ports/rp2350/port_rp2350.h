/* port_rp2350.h - what port/toy_port.h asks for, on the board.
 * Memory  toy_port_t */
#ifndef RP2350_PORT_RP2350_H
#define RP2350_PORT_RP2350_H

#include <stdbool.h>

#include "port/toy_port.h"

struct toy_port {
    bool is_alive; /* since the loop last asked */
    bool speaking, thinking;
    bool spares; /* the guard wants less heat and current: core 1 rests */
    uint8_t led[3];
};

#endif
