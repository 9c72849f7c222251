/* uart.h - the cable: UART0 at 921,600 baud through two rings that interrupts fill and empty.
 * In      bytes to send, all of a frame or none of it
 * Out     bytes that came
 * Memory  8 KB each way
 * Errors  no room: the frame is not taken, and whoever sends tries again; what comes with the ring full is lost */
#ifndef RP2350_UART_H
#define RP2350_UART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RP_UART_BAUD 921600u

void rp_uart_start(void);
size_t rp_uart_receive(uint8_t *bytes, size_t room);
size_t rp_uart_room(void);
bool rp_uart_send(const uint8_t *bytes, size_t count);

#endif
