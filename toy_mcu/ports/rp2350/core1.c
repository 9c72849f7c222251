#include "rp2350/core1.h"

#include <stdatomic.h>
#include <stddef.h>

#include "hardware/sync.h"
#include "pico/flash.h"
#include "pico/multicore.h"
#include "pico/platform.h"

#define PAINT 0xA5C35A3Cu

typedef struct {
    toy_port_work_t work;
    void *context;
    uint32_t parts;
    _Atomic uint32_t posted, done; /* jobs; written by core 0, by core 1 */
} job_t;

static job_t job;
static uint32_t stack[RP_CORE1_STACK_BYTES / 4u] __attribute__((aligned(8)));
static void (*prepare)(void);

static void __no_inline_not_in_flash_func(take_jobs)(void)
{
    for (uint32_t taken = 0;; ++taken) {
        while (atomic_load_explicit(&job.posted, memory_order_acquire) == taken) {
            __wfe();
        }
        for (uint32_t part = 1; part < job.parts; part += 2u) {
            job.work(job.context, part);
        }
        atomic_store_explicit(&job.done, taken + 1u, memory_order_release);
        __sev();
    }
}

static void core1_main(void)
{
    (void)flash_safe_execute_core_init(); /* stands still while flash is written */
    if (prepare != NULL) {
        prepare();
    }
    take_jobs();
}

void rp_core1_start(void (*setup)(void))
{
    prepare = setup;
    for (uint32_t i = 0; i < RP_CORE1_STACK_BYTES / 4u; ++i) {
        stack[i] = PAINT;
    }
    multicore_launch_core1_with_stack(core1_main, stack, sizeof stack);
}

void __not_in_flash_func(rp_core1_share)(toy_port_work_t work, void *context, uint32_t parts)
{
    const uint32_t number = atomic_load_explicit(&job.posted, memory_order_relaxed) + 1u;
    if (parts > 1u) {
        job.work = work;
        job.context = context;
        job.parts = parts;
        atomic_store_explicit(&job.posted, number, memory_order_release);
        __sev();
    }
    for (uint32_t part = 0; part < parts; part += 2u) {
        work(context, part);
    }
    while (parts > 1u && atomic_load_explicit(&job.done, memory_order_acquire) != number) {
        __wfe(); /* a core 1 that never comes back starves the watchdog */
    }
}

uint32_t rp_core1_jobs(void) { return atomic_load_explicit(&job.done, memory_order_acquire); }

uint32_t rp_core1_stack_used(void)
{
    uint32_t untouched = 0;
    while (untouched < RP_CORE1_STACK_BYTES / 4u && stack[untouched] == PAINT) {
        ++untouched;
    }
    return RP_CORE1_STACK_BYTES - 4u * untouched;
}
