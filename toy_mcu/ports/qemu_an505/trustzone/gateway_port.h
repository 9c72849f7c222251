/* gateway_port.h - the gateway on ARMv8-M: one veneer in non-secure callable memory.
 * In      a call's number; the address of a toy_gateway_block_t in non-secure memory
 * Out     0; GATEWAY_REFUSED when not all of the block is the caller's to read and write: nothing was done then */
#ifndef QEMU_GATEWAY_PORT_H
#define QEMU_GATEWAY_PORT_H

#include "secure/gateway_serve.h"

#define GATEWAY_REFUSED (-1)

int32_t toy_gateway(uint32_t call, void *block);
void gateway_open(const toy_gateway_t *served); /* the secure world, once */

#endif
