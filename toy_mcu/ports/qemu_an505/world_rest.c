#include <string.h>

#include "secure/gateway_client.h"
#include "trustzone/veneers.h"
#include "world.h"

static void cross(void *context, uint32_t call, toy_gateway_block_t *block)
{
    (void)context;
    if (toy_gateway(call, block) != 0) {
        block->status = TOY_ERR_ARG;
    }
}

static toy_gateway_client_t client = {NULL, cross};

toy_status_t world_open(toy_port_t *port)
{
    (void)port;
    return TOY_OK;
}

toy_cipher_t world_cipher(void) { return toy_gateway_client_cipher(&client); }
toy_household_t world_household(void) { return toy_gateway_client_household(&client); }

void world_set_key(const uint8_t key[32])
{
    toy_gateway_block_t block = {0};
    memcpy(block.bytes, key, 32u);
    cross(NULL, GATEWAY_DEVELOPERS_KEY, &block);
}
