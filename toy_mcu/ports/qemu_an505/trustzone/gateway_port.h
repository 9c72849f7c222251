/* gateway_port.h - the secure side of the veneer. */
#ifndef QEMU_GATEWAY_PORT_H
#define QEMU_GATEWAY_PORT_H

#include "secure/gateway_serve.h"
#include "veneers.h"

void gateway_open(const toy_gateway_t *served); /* the secure world, once */

#endif
