/* control.h - the virtual plush's control lines (ports/host/README.md) over UART1.
 * In      the host port's lines, and `tasks`: what the round cost since the last `tasks`
 * Out     the host port's lines; `task NAME frames=N mean=N most=N`; `stack used=N`; `arena used=N` */
#ifndef QEMU_CONTROL_H
#define QEMU_CONTROL_H

#include <stdbool.h>

#include "app/toy.h"
#include "port_qemu.h"
#include "tasks.h"

typedef struct {
    char line[128];
    size_t used;
    bool plugged; /* the cable */
    tasks_t *tasks;
    void (*set_key)(const uint8_t key[32]);
    size_t arena_bytes;
} control_t;

/* One more byte from UART1; a whole line acts at once. */
void control_byte(control_t *control, char byte, toy_t *toy);
void control_event(const toy_event_t *event);
void control_led(toy_port_t *port);

#endif
