#include "uart.h"

#include "peripherals.h"

typedef struct {
    volatile uint32_t data, state, ctrl, interrupts, baud_divider;
} uart_registers_t;

typedef struct {
    volatile uint32_t ctrl, value, reload, interrupts;
} timer_registers_t;

#define UART(number) ((uart_registers_t *)(uintptr_t)(QEMU_PERIPHERALS + 0x200000u + 0x1000u * (uint32_t)(number)))
#define TIMER1 ((timer_registers_t *)(uintptr_t)(QEMU_PERIPHERALS + 0x1000u)) /* TIMER0 counts instructions */
#define NVIC_ENABLE ((volatile uint32_t *)0xE000E100u)
#define NVIC_FORGET ((volatile uint32_t *)0xE000E280u)

enum {
    TX_FULL = 1,
    RX_FULL = 2,
    TX_ENABLE = 1,
    RX_ENABLE = 2,
    RX_INTERRUPT = 8,
    RX_INTERRUPT_FLAG = 2,
    SMALLEST_DIVIDER = 16,
    TIMER_RUN_AND_INTERRUPT = 9,
    TICKS_PER_US = 20,
    WAIT_FOR_ROOM_US = 100,
    ROOM_WAITS = 200,
};
#define TIMER1_IRQ_BIT (1u << 4)              /* in word 0 */
#define UART_RX_IRQ_BITS ((1u << 0) | (1u << 2)) /* interrupts 32 and 34, in word 1 */

void qemu_uart_open(qemu_uart_t uart)
{
    UART(uart)->baud_divider = SMALLEST_DIVIDER; /* QEMU sends nothing below it; toy_main.c keeps the speed */
    UART(uart)->ctrl = TX_ENABLE | RX_ENABLE | RX_INTERRUPT;
}

void qemu_uart_wakes(void)
{
    /* No handler ever runs: masked interrupts still end a sleep. */
    __asm volatile("cpsid i" : : : "memory");
    NVIC_ENABLE[0] = TIMER1_IRQ_BIT;
    NVIC_ENABLE[1] = UART_RX_IRQ_BITS;
}

int qemu_uart_take(qemu_uart_t uart)
{
    if ((UART(uart)->state & RX_FULL) == 0u) {
        return -1;
    }
    UART(uart)->interrupts = RX_INTERRUPT_FLAG;
    return (int)(UART(uart)->data & 0xFFu);
}

void qemu_uart_wait(uint32_t most_us)
{
    TIMER1->value = most_us * TICKS_PER_US;
    TIMER1->reload = most_us * TICKS_PER_US;
    TIMER1->ctrl = TIMER_RUN_AND_INTERRUPT;
    __asm volatile("dsb\n wfi" : : : "memory");
    TIMER1->ctrl = 0u;
    TIMER1->interrupts = 1u;
    NVIC_FORGET[0] = TIMER1_IRQ_BIT;
    NVIC_FORGET[1] = UART_RX_IRQ_BITS;
}

bool qemu_uart_put(qemu_uart_t uart, uint8_t byte)
{
    if ((UART(uart)->state & TX_FULL) != 0u) {
        return false;
    }
    UART(uart)->data = byte;
    return true;
}

size_t qemu_uart_send(qemu_uart_t uart, const void *bytes, size_t count)
{
    const uint8_t *at = bytes;
    for (size_t left = count; left > 0u; --left) {
        for (unsigned tries = 0; !qemu_uart_put(uart, *at); ++tries) {
            if (tries == ROOM_WAITS) {
                return count - left;
            }
            qemu_uart_wait(WAIT_FOR_ROOM_US);
        }
        ++at;
    }
    return count;
}
