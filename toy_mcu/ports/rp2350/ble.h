/* ble.h - the plush as a Bluetooth LE peripheral: one service, a way in, a way out, and an open way for pairing alone.
 * In      frames to send, one a notification; polled from the main loop
 * Out     frames that were written, one a write; the end of a connection
 * Memory  BTstack's and the radio driver's, and 8 frames that wait
 * Errors  none: without a radio on the board, or without an answer from it, nothing is ever received and all is dropped
 * Source  the service: protocol/gatt.toml, SPEC "Bindings". What is sent is sealed already: BLE's own keys are not relied on */
#ifndef RP2350_BLE_H
#define RP2350_BLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    void *context;
    void (*frame)(void *context, const uint8_t *frame, size_t count);
    void (*gone)(void *context);
} rp_ble_listener_t;

void rp_ble_start(const char *name, rp_ble_listener_t listener);
void rp_ble_pairing_mode(bool on); /* says in its advertisement that the toy lets itself be paired */
void rp_ble_poll(void);
bool rp_ble_has_room(void);
void rp_ble_send(const uint8_t *frame, size_t count);

#endif
