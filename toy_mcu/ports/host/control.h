/* control.h - a developer's hand on the virtual plush: lines of text over a file descriptor.
 * In      button paw down|up; mute on|off; listen; wake SCORE; volume PERCENT; battery PERCENT MILLIVOLTS
 *         on|off; link on|off; stats; key HEX: paired with whoever knows this key
 * Out     state NAME TURN; led R G B; error CODE TEXT; turn N brain remote|local; heard TEXT; said TEXT;
 *         playback N done|interrupted; link up|down; stats NAME=VALUE ...; unknown LINE
 * Errors  a reader that does not read loses lines, the toy never waits for it */
#ifndef TOY_HOST_CONTROL_H
#define TOY_HOST_CONTROL_H

#include "app/toy.h"
#include "link_posix.h"
#include "port_host.h"
#include "secure/vault.h"

typedef struct {
    int fd; /* -1: none */
    toy_vault_t *vault;
    char line[256];
    size_t used;
} host_control_t;

void host_control_open(host_control_t *control, int fd, toy_vault_t *vault);
void host_control_read(host_control_t *control, toy_t *toy, host_link_t *link);
void host_control_event(host_control_t *control, const toy_event_t *event);
void host_control_led(host_control_t *control, toy_port_t *port);

#endif
