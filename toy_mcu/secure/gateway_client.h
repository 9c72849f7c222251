/* gateway_client.h - the other side of the gateway: link's cipher, app's household and the toy's ears made of gateway calls.
 * In      a function that carries a block across (a TrustZone veneer; toy_gateway_serve itself in tests)
 * Out     toy_cipher_t, toy_household_t, toy_ears_t, as if vault and ear were here; it believes the secure world alone that
 *         the toy was called
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
toy_ears_t toy_gateway_client_ears(toy_gateway_client_t *client);

#endif
