/* gateway_client.h - the other side of the gateway: link's cipher and app's household made of gateway calls.
 * In      a function that carries a block across (a TrustZone veneer; toy_gateway_serve itself in tests)
 * Out     toy_cipher_t, toy_household_t, as if the vault were here
 * Memory  toy_gateway_client_t, the caller's
 * Errors  those of the vault, passed on */
#ifndef TOY_SECURE_GATEWAY_CLIENT_H
#define TOY_SECURE_GATEWAY_CLIENT_H

#include "link/cipher.h"
#include "secure/gateway_block.h"

typedef struct {
    void *context;
    void (*cross)(void *context, uint32_t call, toy_gateway_block_t *block);
} toy_gateway_client_t;

toy_cipher_t toy_gateway_client_cipher(toy_gateway_client_t *client);
toy_household_t toy_gateway_client_household(toy_gateway_client_t *client);

#endif
