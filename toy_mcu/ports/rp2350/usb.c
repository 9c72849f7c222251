#include "rp2350/usb.h"

#include "tusb.h"

void rp_usb_start(void) { (void)tusb_init(); }

void rp_usb_poll(void) { tud_task(); }

bool rp_usb_is_open(void) { return tud_cdc_connected(); }

size_t rp_usb_receive(uint8_t *bytes, size_t room)
{
    return tud_cdc_available() != 0u ? tud_cdc_read(bytes, (uint32_t)room) : 0u;
}

size_t rp_usb_room(void) { return tud_cdc_write_available(); }

void rp_usb_send(const uint8_t *bytes, size_t count)
{
    if (tud_cdc_connected() && tud_cdc_write_available() >= count) {
        (void)tud_cdc_write(bytes, (uint32_t)count);
        (void)tud_cdc_write_flush();
    }
}
