/* world.h - where the toy's keys are: in this image (world_one.c), or behind the gateway (world_rest.c).
 * In      the port, for an image that has its own vault
 * Out     what app wants of the secure world; set_key is a developer's */
#ifndef QEMU_WORLD_H
#define QEMU_WORLD_H

#include "link/cipher.h"
#include "port/toy_port.h"
#include "secure/gateway.h"

TOY_MUST_USE toy_status_t world_open(toy_port_t *port);
toy_cipher_t world_cipher(void);
toy_household_t world_household(void);
void world_set_key(const uint8_t key[32]);

#endif
