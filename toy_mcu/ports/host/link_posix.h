/* link_posix.h - the cable: a loopback socket or a pseudo terminal, at the baud rate by the toy's clock.
 * In      "tcp:PORT" or "pty"; bytes to send; ticks of 20 ms
 * Out     bytes that came; whether the peer has gone
 * Errors  open: one line on stderr and false. Later: a peer that goes is a cable pulled */
#ifndef TOY_HOST_LINK_POSIX_H
#define TOY_HOST_LINK_POSIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    int listener; /* -1: a pseudo terminal, or no link at all */
    int peer;     /* -1: nobody there */
    int slave;    /* our own hold on the terminal, so that it survives its users */
    bool plugged; /* the control line `link off` pulls the cable */
    uint32_t bytes_per_tick;
    int64_t may_send, may_receive; /* bytes left in this tick */
} host_link_t;

bool host_link_open(host_link_t *link, const char *where, uint32_t baud);
void host_link_close(host_link_t *link);

/* A new tick; false when the peer went away since the last one. */
bool host_link_tick(host_link_t *link);
void host_link_plug(host_link_t *link, bool in);

/* Up to room bytes that have come and may pass in this tick; 0: none. */
size_t host_link_receive(host_link_t *link, uint8_t *bytes, size_t room);
bool host_link_may_send(const host_link_t *link);

/* As a UART: what the peer does not take is lost. */
void host_link_send(host_link_t *link, const uint8_t *bytes, size_t count);

#endif
