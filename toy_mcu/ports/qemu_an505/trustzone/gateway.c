/* The gateway's one veneer. A block is taken only from memory that is the caller's, all of it, and copied before it is read:
 * what the caller changes meanwhile changes nothing. */
#include <arm_cmse.h>
#include <string.h>

#include "gateway_port.h"
#ifdef TOY_EMULATED
#include "body.h"
#endif

static const toy_gateway_t *gateway;

void gateway_open(const toy_gateway_t *served) { gateway = served; }

__attribute__((cmse_nonsecure_entry)) int32_t toy_gateway(uint32_t call, void *block)
{
    toy_gateway_block_t copy;
    if (cmse_check_address_range(block, sizeof copy, CMSE_NONSECURE | CMSE_MPU_READWRITE) == NULL) {
        return GATEWAY_REFUSED;
    }
    memcpy(&copy, block, sizeof copy);
#ifdef TOY_EMULATED
    if (call >= GATEWAY_BODY_SEND) {
        copy.status = body_serve(call, &copy);
    } else
#endif
    {
        toy_gateway_serve(gateway, call, &copy);
    }
    memcpy(block, &copy, sizeof copy);
    memset(&copy, 0, sizeof copy);
    __asm volatile("" : : "r"(&copy) : "memory"); /* the clearing is meant */
    return 0;
}
