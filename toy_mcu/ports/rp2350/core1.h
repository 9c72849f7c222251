/* core1.h - the second core: half of the heavy work, and the watch over what may burn.
 * In      parts of a job; odd ones go to core 1, even ones stay on the caller's core
 * Memory  a stack of RP_CORE1_STACK_BYTES of its own
 * Time    handing over and collecting: about 100 clocks
 * Split   2026-11-27: core 0 has sound, wake word and link, which must never wait; core 1 has what takes long */
#ifndef RP2350_CORE1_H
#define RP2350_CORE1_H

#include <stdint.h>

#include "port/toy_port.h"

#define RP_CORE1_STACK_BYTES 4096u

/* Starts core 1; setup runs there first (interrupts that belong to that core). */
void rp_core1_start(void (*setup)(void));
void rp_core1_share(toy_port_work_t work, void *context, uint32_t parts);
uint32_t rp_core1_jobs(void);        /* taken by core 1 since start */
uint32_t rp_core1_stack_used(void);  /* bytes, by painting */

#endif
