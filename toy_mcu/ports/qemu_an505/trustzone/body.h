/* body.h - the parts of the emulated toy that are the secure world's alone: microphone, paw, mute switch, a developer's key.
 * In      the host's sound; UART1's control lines
 * Out     a frame at a time; the lines, but those with a key, passed on after they were obeyed here. They are obeyed with every
 *         frame; what the rest does not ask for within 1 s is not passed on
 * Memory  a frame, a line of 160 bytes, what waits to be passed on
 * Errors  gateway calls: TOY_ERR_EMPTY, the microphone has ended; TOY_ERR_ARG, no such call */
#ifndef QEMU_BODY_H
#define QEMU_BODY_H

#include "qemu_an505/options.h"
#include "secure/gateway_block.h"

/* Calls beside those of toy_gateway_serve(), in a secure image that is emulated and no other. */
toy_status_t body_serve(uint32_t call, toy_gateway_block_t *block);

#endif
