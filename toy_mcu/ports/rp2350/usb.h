/* usb.h - the plush as a serial port on USB.
 * In      bytes to send, all or none
 * Out     bytes that came; is a program at the other end?
 * Memory  2 KB each way, TinyUSB's
 * Errors  none: with nobody reading, what is sent is dropped; nothing waits */
#ifndef RP2350_USB_H
#define RP2350_USB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void rp_usb_start(void);
void rp_usb_poll(void); /* as often as the loop turns */
bool rp_usb_is_open(void);
size_t rp_usb_receive(uint8_t *bytes, size_t room);
size_t rp_usb_room(void);
void rp_usb_send(const uint8_t *bytes, size_t count);

#endif
