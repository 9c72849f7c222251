#include "rp2350/uart.h"

#include "base/ring.h"
#include "board.h"
#include "hardware/gpio.h"
#include "hardware/irq.h"
#include "hardware/uart.h"
#include "pico/platform.h"

#define RING_BYTES 8192u

static uint8_t in_block[RING_BYTES], out_block[RING_BYTES];
static toy_ring_t in, out;

static void feed_transmitter(void)
{
    uint8_t byte;
    while (uart_is_writable(uart0) && toy_ring_read(&out, &byte, 1) == TOY_OK) {
        uart_get_hw(uart0)->dr = byte;
    }
    uart_set_irqs_enabled(uart0, true, toy_ring_used(&out) != 0u);
}

static void on_uart(void)
{
    while (uart_is_readable(uart0)) {
        const uint8_t byte = (uint8_t)uart_get_hw(uart0)->dr;
        toy_ignore(toy_ring_write(&in, &byte, 1));
    }
    feed_transmitter();
}

void rp_uart_start(void)
{
    toy_ignore(toy_ring_init(&in, in_block, sizeof in_block));
    toy_ignore(toy_ring_init(&out, out_block, sizeof out_block));
    uart_init(uart0, RP_UART_BAUD);
    gpio_set_function(BOARD_UART_TX, UART_FUNCSEL_NUM(uart0, BOARD_UART_TX));
    gpio_set_function(BOARD_UART_RX, UART_FUNCSEL_NUM(uart0, BOARD_UART_RX));
    gpio_pull_up(BOARD_UART_RX); /* no cable is silence, not breaks */
    irq_set_exclusive_handler(UART0_IRQ, on_uart);
    irq_set_enabled(UART0_IRQ, true);
    uart_set_irqs_enabled(uart0, true, false);
}

size_t rp_uart_receive(uint8_t *bytes, size_t room)
{
    const size_t count = toy_ring_used(&in) < room ? toy_ring_used(&in) : room;
    return count != 0u && toy_ring_read(&in, bytes, count) == TOY_OK ? count : 0u;
}

size_t rp_uart_room(void) { return toy_ring_room(&out); }

bool rp_uart_send(const uint8_t *bytes, size_t count)
{
    const bool taken = toy_ring_write(&out, bytes, count) == TOY_OK;
    irq_set_enabled(UART0_IRQ, false); /* one feeder at a time */
    feed_transmitter();
    irq_set_enabled(UART0_IRQ, true);
    return taken;
}
