#include "partition.h"

typedef struct {
    volatile uint32_t ctrl, type, rnr, rbar, rlar;
} sau_t;
typedef struct {
    volatile uint32_t ctrl, reserved[3], blk_max, blk_cfg, blk_idx, blk_lut;
} mpc_t;

#define SAU ((sau_t *)0xE000EDD0u)
#define MPC_CODE ((mpc_t *)0x58007000u)       /* of the 4 MB at 0x10000000 */
#define MPC_RAM ((mpc_t *)0x58009000u)        /* of the 2 MB at 0x38200000 */
#define PPC_TIMERS (*(volatile uint32_t *)0x50080070u)
#define PPC_UARTS (*(volatile uint32_t *)0x50080084u)
#define NVIC_REST ((volatile uint32_t *)0xE000E380u)
#define NSCCFG (*(volatile uint32_t *)0x50080014u)
#define SHCSR (*(volatile uint32_t *)0xE000ED24u)
#define NSACR (*(volatile uint32_t *)0xE000ED8Cu)

enum { SAU_ENABLE = 1, REGION_ENABLE = 1, REGION_CALLABLE = 2, CODE_CALLABLE = 1 };
#define FAULTS_ENABLED (7u << 16 | 1u << 19) /* memory, bus, usage and secure faults, each by its name */
#define FPU_FOR_ALL (3u << 10)

static void sau_region(uint32_t number, uint32_t first, uint32_t end, uint32_t flags)
{
    SAU->rnr = number;
    SAU->rbar = first;
    SAU->rlar = ((end - 1u) & ~31u) | flags | REGION_ENABLE;
}

/* One bit a block: non-secure from a block on, up to the end of the memory. */
static void mpc_open_from(mpc_t *mpc, uint32_t offset_bytes)
{
    uint32_t block_bytes = 1u << ((mpc->blk_cfg & 15u) + 5u);
    uint32_t first = offset_bytes / block_bytes;
    for (uint32_t word = 0; word <= mpc->blk_max; ++word) {
        uint32_t bits = 0;
        for (uint32_t bit = 0; bit < 32u; ++bit) {
            bits |= (uint32_t)(word * 32u + bit >= first) << bit;
        }
        mpc->blk_idx = word;
        mpc->blk_lut = bits;
    }
}

void partition_close(void)
{
    SHCSR |= FAULTS_ENABLED;
    NSACR |= FPU_FOR_ALL;
    NSCCFG |= CODE_CALLABLE;
    PPC_TIMERS |= 3u;       /* TIMER0, TIMER1; the dual timer is the lock's clock */
    PPC_UARTS |= 1u << 5;   /* UART0, the cable; UART1 is the body: paw, switches, keys */
    NVIC_REST[0] = 1u << 4; /* TIMER1 */
    NVIC_REST[1] = 3u;      /* UART0 */
    sau_region(0, PARTITION_VENEERS, PARTITION_VENEERS + 0x1000u, REGION_CALLABLE);
    sau_region(1, PARTITION_CODE, PARTITION_CODE_END, 0);
    sau_region(2, PARTITION_RAM, PARTITION_RAM + 0x200000u, 0);
    sau_region(3, 0x40000000u, 0x50000000u, 0); /* peripherals that are the rest's */
    sau_region(4, 0x80000000u, 0x81000000u, 0); /* PSRAM: nothing secret is ever put there */
    mpc_open_from(MPC_CODE, PARTITION_CODE);
    mpc_open_from(MPC_RAM, 0);
    SAU->ctrl = SAU_ENABLE;
    __asm volatile("dsb\n isb" : : : "memory");
}
