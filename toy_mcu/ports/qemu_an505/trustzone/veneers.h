/* veneers.h - the gateway on ARMv8-M: one veneer in non-secure callable memory.
 * In      a call's number; the address of a toy_gateway_block_t in non-secure memory
 * Out     0; GATEWAY_REFUSED when not all of the block is the caller's to read and write: nothing was done then */
#ifndef QEMU_VENEERS_H
#define QEMU_VENEERS_H

#include <stdint.h>

#define GATEWAY_REFUSED (-1)
#define GATEWAY_DEVELOPERS_KEY 0x4B4559u /* bytes: a key for an emulated toy; in no other secure image */

int32_t toy_gateway(uint32_t call, void *block);

#endif
