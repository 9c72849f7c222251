/* uart.h - the board's CMSDK UARTs: UART0 is the cable, UART1 the developer's control lines.
 * In      bytes
 * Out     bytes; QEMU holds back what was not taken yet, so none is lost
 * Time    while there is nothing to do the processor sleeps: QEMU's other thread brings the bytes and needs the machine
 * Source  Arm CMSDK APB UART and timer; mps2-an505 secure addresses and interrupt numbers */
#ifndef QEMU_UART_H
#define QEMU_UART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum { QEMU_UART_CABLE, QEMU_UART_CONTROL } qemu_uart_t;

void qemu_uart_open(qemu_uart_t uart);
void qemu_uart_wakes(void); /* a byte on a UART of this world ends a sleep */
int qemu_uart_take(qemu_uart_t uart); /* a byte, or -1 */
bool qemu_uart_put(qemu_uart_t uart, uint8_t byte); /* false: no room now */
/* Returns how many went out: a reader that does not read for 20 ms loses the rest, the toy does not wait for it. */
size_t qemu_uart_send(qemu_uart_t uart, const void *bytes, size_t count);

/* Sleeps until a byte comes or so many microseconds have passed. */
void qemu_uart_wait(uint32_t most_us);

#endif
