/* startup.c - from reset to main() on mps2-an505, and what a fault does.
 * Out     main() runs with FPU on, data copied, bss zeroed, the stack painted; its result is QEMU's exit status
 * Errors  any fault prints where and ends QEMU with status 125 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "semihosting.h"
#include "stack.h"

extern uint8_t qemu_stack_low[], qemu_stack_high[];
extern uint8_t qemu_data_low[], qemu_data_high[], qemu_data_load[];
extern uint8_t qemu_bss_low[], qemu_bss_high[], qemu_psram_low[], qemu_psram_high[];

int main(int argc, char **argv);
void qemu_reset(void);
void qemu_fault(void);
void qemu_fault_report(const uint32_t *frame, uint32_t kind);

#define CPACR (*(volatile uint32_t *)0xE000ED88u)
#define CFSR (*(volatile uint32_t *)0xE000ED28u)
#define BFAR (*(volatile uint32_t *)0xE000ED38u)

enum { ARGUMENTS_MAX = 24, FAULT_STATUS = 125 };

static void start(void) __attribute__((noreturn, noinline, used));
static void start(void)
{
    memcpy(qemu_data_low, qemu_data_load, (size_t)(qemu_data_high - qemu_data_low));
    memset(qemu_bss_low, 0, (size_t)(qemu_bss_high - qemu_bss_low));
    memset(qemu_psram_low, 0, (size_t)(qemu_psram_high - qemu_psram_low));
    qemu_stack_paint();

    /* `-semihosting-config arg=...` arrives as one line; no argument of ours holds a blank. */
    static char line[512];
    static char *words[ARGUMENTS_MAX + 1];
    int count = 0;
    if (semihosting_command_line(line, sizeof line) == 0) {
        for (char *at = line; *at != '\0' && count < ARGUMENTS_MAX;) {
            words[count++] = at;
            at += strcspn(at, " ");
            if (*at != '\0') {
                *at++ = '\0';
            }
        }
    }
    exit(main(count, words));
}

__attribute__((naked, noreturn)) void qemu_reset(void)
{
    __asm volatile("ldr r0, =qemu_stack_low \n"
                   "msr msplim, r0          \n"
                   "ldr r0, =0xE000ED88     \n" /* CPACR: full access to the FPU, before any code that may use it */
                   "ldr r1, [r0]            \n"
                   "orr r1, r1, #0xF00000   \n"
                   "str r1, [r0]            \n"
                   "dsb                     \n"
                   "isb                     \n"
                   "b   start               \n");
}

/* Reached by every exception that is not handled: hands over the frame that the processor stacked. */
__attribute__((naked)) void qemu_fault(void)
{
    __asm volatile("mov r2, #0     \n" /* the stack may be the trouble: report on a fresh one */
                   "msr msplim, r2 \n"
                   "mrs r0, msp    \n"
                   "mrs r1, ipsr   \n"
                   "ldr r2, =qemu_stack_high \n"
                   "mov sp, r2     \n"
                   "b   qemu_fault_report \n");
}

__attribute__((used)) void qemu_fault_report(const uint32_t *frame, uint32_t kind)
{
    static char text[160];
    uint32_t cfsr = CFSR;
    int overflow = (cfsr & (1u << 20)) != 0u; /* STKOF: nothing was stacked */
    snprintf(text, sizeof text, "fault %u at %08x, link %08x, CFSR %08x, address %08x%s\n", (unsigned)kind,
             overflow ? 0u : (unsigned)frame[6], overflow ? 0u : (unsigned)frame[5], (unsigned)cfsr, (unsigned)BFAR,
             overflow ? ": the stack overflowed" : "");
    semihosting_print(text);
    semihosting_exit(FAULT_STATUS);
}

typedef void (*vector_t)(void);
__attribute__((section(".vectors"), used)) static const struct {
    void *stack;
    vector_t reset;
    vector_t others[46];
} vectors = {
    .stack = qemu_stack_high,
    .reset = qemu_reset,
    .others = {[0 ... 45] = qemu_fault},
};
