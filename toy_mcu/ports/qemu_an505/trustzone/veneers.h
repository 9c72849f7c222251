/* veneers.h - the gateway on ARMv8-M: one veneer in non-secure callable memory.
 * In      a call's number; the address of a toy_gateway_block_t in non-secure memory
 * Out     0; GATEWAY_REFUSED when not all of the block is the caller's to read and write: nothing was done then */
#ifndef QEMU_VENEERS_H
#define QEMU_VENEERS_H

#include <stdint.h>

#define GATEWAY_REFUSED (-1)

/* In an emulated toy's secure image alone (body.h): its microphone and its wires take their time from the host. */
#define GATEWAY_WAIT_FOR_FRAME 0x4D4943u /* TOY_ERR_EMPTY: the microphone has ended */
#define GATEWAY_BODY_TAKE 0x42544Bu      /* -> count, bytes of control lines */
#define GATEWAY_BODY_SEND 0x425344u      /* count, bytes -> count: so many went out */

int32_t toy_gateway(uint32_t call, void *block);

#endif
