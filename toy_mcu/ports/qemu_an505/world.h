/* world.h - where keys, microphone and the body's switches are: in this image (world_one.c), or behind the gateway
 * (world_rest.c).
 * In      the port and an arena, for an image that has vault and ear itself
 * Out     what app wants of the secure world; the control lines, which are the toy's body: paw, switches, a developer's key
 * Memory  world_one: the ear's in the arena */
#ifndef QEMU_WORLD_H
#define QEMU_WORLD_H

#include "base/arena.h"
#include "link/cipher.h"
#include "options.h"
#include "port/toy_port.h"
#include "secure/gateway.h"

TOY_MUST_USE toy_status_t world_open(toy_port_t *port, const qemu_options_t *options, toy_arena_t *arena);
toy_cipher_t world_cipher(void);
toy_household_t world_household(void);
toy_ears_t world_ears(void);
void world_set_key(const uint8_t key[32]); /* a developer's; the secure world takes it off the lines by itself */

/* Waits for the microphone's next frame; false: it ended. What is not this world's to hear is not filled in. */
bool world_next_frame(int16_t samples[TOY_FRAME_SAMPLES]);

int world_body_take(void); /* a byte of a control line, or -1 */
size_t world_body_send(const void *bytes, size_t count); /* as qemu_uart_send() */

#endif
