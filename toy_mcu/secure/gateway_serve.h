/* gateway_serve.h - the secure side of the gateway: does what a block asks for.
 * In      a block in secure memory (the port has checked where it came from, and copied it)
 * Out     the same block with results; fields that are no result are zero
 * Memory  toy_gateway_t, the caller's
 * Errors  TOY_ERR_ARG no such call, or a count or slot out of range: nothing was done
 *         TOY_ERR_EMPTY hear: the microphone has no new frame, so nobody hears one twice */
#ifndef TOY_SECURE_GATEWAY_SERVE_H
#define TOY_SECURE_GATEWAY_SERVE_H

#include "secure/ear.h"
#include "secure/gateway_block.h"
#include "secure/vault.h"

typedef struct {
    toy_vault_t *vault;
    toy_ear_t *ear;
    const int16_t *(*microphone)(void); /* its next frame, once; NULL: there is none yet */
} toy_gateway_t;

void toy_gateway_serve(const toy_gateway_t *gateway, uint32_t call, toy_gateway_block_t *block);

#endif
