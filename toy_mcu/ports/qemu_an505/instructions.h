/* instructions.h - how many instructions ran, exactly.
 * In      QEMU started with -icount shift=N: an instruction then takes 2^N ns of virtual time, and the 20 MHz TIMER0
 *         counts that time. N is found by running a loop of known length.
 * Out     instructions since the first call, the cost of asking taken off between two calls; 0 always without -icount
 * Time    at least one call per 2^32 timer ticks (3.3e9 instructions at shift 6), or a wrap is missed
 * Errors  shift 6 counts to within 1 instruction, shift 3 to within 7 */
#ifndef QEMU_INSTRUCTIONS_H
#define QEMU_INSTRUCTIONS_H

#include <stdint.h>

uint64_t qemu_instructions(void);

/* Nanoseconds of virtual time in one instruction, 0 when QEMU does not count. */
uint32_t qemu_instruction_ns(void);

#endif
