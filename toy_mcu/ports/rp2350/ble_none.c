/* ble.h on a board without a radio. */
#include "rp2350/ble.h"

void rp_ble_start(const char *name, rp_ble_listener_t listener)
{
    (void)name;
    (void)listener;
}

void rp_ble_pairing_mode(bool on) { (void)on; }

void rp_ble_poll(void) {}

bool rp_ble_has_room(void) { return true; }

void rp_ble_send(const uint8_t *frame, size_t count)
{
    (void)frame;
    (void)count;
}
