#include "instructions.h"

#include "peripherals.h"

#include <stdbool.h>

#define TIMER0_CTRL (*(volatile uint32_t *)(uintptr_t)(QEMU_PERIPHERALS + 0x0u))
#define TIMER0_VALUE (*(volatile uint32_t *)(uintptr_t)(QEMU_PERIPHERALS + 0x4u))
#define TIMER0_RELOAD (*(volatile uint32_t *)(uintptr_t)(QEMU_PERIPHERALS + 0x8u))

enum { TICK_NS = 50, LOOP_ROUNDS = 20000, LOOP_INSTRUCTIONS = 2 * LOOP_ROUNDS };

static bool ready;
static uint32_t instruction_ns;
static uint32_t last_value;
static uint64_t ticks;
static uint32_t overhead; /* instructions of one call, from one reading of the timer to the next */
static uint64_t calls;

static uint64_t read_ticks(void)
{
    uint32_t value = TIMER0_VALUE; /* counts down */
    ticks += (uint32_t)(last_value - value);
    last_value = value;
    return ticks;
}

static void calibrate(void)
{
    TIMER0_RELOAD = UINT32_MAX;
    TIMER0_VALUE = UINT32_MAX;
    TIMER0_CTRL = 1u;
    last_value = TIMER0_VALUE;

    uint64_t before = read_ticks();
    uint32_t rounds = LOOP_ROUNDS;
    __asm volatile(".balign 4   \n"
                   "1: subs %0, #1 \n"
                   "bne 1b      \n"
                   : "+r"(rounds)
                   :
                   : "cc");
    uint64_t loop_ns = (read_ticks() - before) * TICK_NS;
    /* Only a power of two can be icount's; anything else is the host's clock running through. */
    for (uint32_t ns = 1u; ns <= 1024u; ns *= 2u) {
        uint64_t ideal = (uint64_t)ns * LOOP_INSTRUCTIONS;
        if (loop_ns >= ideal && loop_ns - ideal <= ideal / 400u) {
            instruction_ns = ns;
        }
    }
    ready = true;

    /* What one call costs between two readings of the timer, asked for often enough to get below a tick. */
    enum { ASKED = 16 };
    uint64_t first = read_ticks();
    for (int i = 0; i < ASKED / 4; ++i) {
        (void)qemu_instructions(), (void)qemu_instructions(), (void)qemu_instructions(), (void)qemu_instructions();
    }
    uint64_t spent_ns = (read_ticks() - first) * TICK_NS;
    overhead = instruction_ns == 0u ? 0u : (uint32_t)(spent_ns / instruction_ns / ASKED);
    calls = 0u;
}

__attribute__((noinline)) uint64_t qemu_instructions(void)
{
    if (!ready) {
        calibrate();
    }
    if (instruction_ns == 0u) {
        return 0u;
    }
    uint64_t all = (read_ticks() * TICK_NS + instruction_ns / 2u) / instruction_ns;
    return all - overhead * calls++;
}

uint32_t qemu_instruction_ns(void)
{
    if (!ready) {
        calibrate();
    }
    return instruction_ns;
}
