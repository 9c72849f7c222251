#include "rp2350/links.h"

#include <stdbool.h>
#include <string.h>

#include "board.h"
#include "hardware/watchdog.h"
#include "link/frame.h"
#include "rp2350/ble.h"
#include "rp2350/flash_access.h"
#include "rp2350/logic/loader.h"
#include "rp2350/logic/wires.h"
#include "rp2350/uart.h"
#include "rp2350/usb.h"

#define RESTART_MS 200u /* for the loader's last reply to leave */

typedef struct {
    rp_wire_t wire;
    size_t (*receive)(uint8_t *bytes, size_t room);
    toy_frame_decoder_t decoder; /* for the loader */
    uint8_t reply[TOY_FRAME_WIRE_MAX_BYTES];
    size_t reply_bytes;
} cable_t;

typedef struct {
    toy_t *toy;
    rp_wires_t wires;
    rp_loader_t loader;
    cable_t uart, usb;
    toy_frame_decoder_t to_radio;
    bool usb_was_open;
} links_t;

static links_t links;

/* ---- the loader ------------------------------------------------------------------------------------------- */

static bool erase_model(void *context, uint32_t offset)
{
    (void)context;
    return rp_flash_erase(rp_flash_parts()->model.offset + offset) == TOY_OK;
}

static bool program_model(void *context, uint32_t offset, const uint8_t page[RP_STORE_PAGE_BYTES])
{
    (void)context;
    return rp_flash_program(rp_flash_parts()->model.offset + offset, page) == TOY_OK;
}

static void on_cable_frame(void *context, uint8_t *frame, size_t count)
{
    cable_t *cable = context;
    uint8_t reply[RP_LOADER_REPLY_BYTES];
    size_t bytes = 0;
    watchdog_update(); /* an erasure may follow */
    if (rp_loader_frame(&links.loader, frame, count, reply) &&
        toy_frame_encode(reply, sizeof reply, cable->reply, sizeof cable->reply, &bytes) == TOY_OK) {
        cable->reply_bytes = bytes;
    }
}

static void answer(cable_t *cable)
{
    if (cable->reply_bytes == 0u) {
        return;
    }
    if (cable->wire == RP_WIRE_UART) {
        (void)rp_uart_send(cable->reply, cable->reply_bytes);
    } else {
        rp_usb_send(cable->reply, cable->reply_bytes);
    }
    cable->reply_bytes = 0;
    if (links.loader.is_new) {
        watchdog_reboot(0, 0, RESTART_MS); /* the new model is checked and used from the next start on */
    }
}

/* ---- in --------------------------------------------------------------------------------------------------- */

static void take(rp_wire_t wire, const uint8_t *bytes, size_t count)
{
    bool lost;
    if (rp_wires_heard(&links.wires, wire, toy_port_now_ms(NULL), &lost)) {
        if (lost) {
            toy_wire_lost(links.toy);
        }
        toy_wire_is_radio(links.toy, wire == RP_WIRE_RADIO);
        toy_wire_receive(links.toy, bytes, count);
    }
}

static void drain(cable_t *cable)
{
    uint8_t bytes[TOY_WIRE_ROOM_BYTES];
    size_t count;
    while ((count = cable->receive(bytes, sizeof bytes)) > 0u) {
        toy_frame_decoder_feed(&cable->decoder, bytes, count, on_cable_frame, cable);
        if (!links.loader.is_open) {
            take(cable->wire, bytes, count);
        }
        answer(cable);
    }
}

static void on_radio_frame(void *context, const uint8_t *frame, size_t count)
{
    uint8_t wire[TOY_FRAME_WIRE_MAX_BYTES];
    size_t bytes = 0;
    (void)context;
    if (toy_frame_encode(frame, count, wire, sizeof wire, &bytes) == TOY_OK) {
        take(RP_WIRE_RADIO, wire, bytes);
    }
}

static void on_radio_gone(void *context)
{
    (void)context;
    if (rp_wires_gone(&links.wires, RP_WIRE_RADIO)) {
        toy_wire_lost(links.toy);
    }
}

void rp_links_receive(void)
{
    drain(&links.uart);
    const bool usb_is_open = rp_usb_is_open();
    if (links.usb_was_open && !usb_is_open && rp_wires_gone(&links.wires, RP_WIRE_USB)) {
        toy_wire_lost(links.toy);
    }
    links.usb_was_open = usb_is_open;
    drain(&links.usb);
}

/* ---- out -------------------------------------------------------------------------------------------------- */

static void to_radio(void *context, uint8_t *frame, size_t count)
{
    (void)context;
    rp_ble_send(frame, count);
}

static bool has_room(void)
{
    switch (links.wires.active) {
    case RP_WIRE_USB:
        return rp_usb_room() >= TOY_WIRE_ROOM_BYTES || !rp_usb_is_open();
    case RP_WIRE_RADIO:
        return rp_ble_has_room();
    default:
        return rp_uart_room() >= TOY_WIRE_ROOM_BYTES;
    }
}

static void send(const uint8_t *bytes, size_t count)
{
    switch (links.wires.active) {
    case RP_WIRE_USB:
        rp_usb_send(bytes, count);
        break;
    case RP_WIRE_RADIO:
        toy_frame_decoder_feed(&links.to_radio, bytes, count, to_radio, NULL);
        break;
    default: /* nobody yet: both cables, so that either may begin */
        (void)rp_uart_send(bytes, count);
        if (links.wires.active == RP_WIRE_NONE) {
            rp_usb_send(bytes, count);
        }
    }
}

void rp_links_transmit(void)
{
    uint8_t bytes[TOY_WIRE_ROOM_BYTES];
    size_t count;
    while (has_room() && (count = toy_wire_transmit(links.toy, bytes, sizeof bytes)) > 0u) {
        send(bytes, count);
    }
}

void rp_links_pairing_mode(bool on) { rp_ble_pairing_mode(on); }

bool rp_links_by_cable(void) { return links.wires.active != RP_WIRE_RADIO; }

void rp_links_poll(void)
{
    rp_usb_poll();
    rp_ble_poll();
    if (links.loader.is_open) {
        drain(&links.uart);
        drain(&links.usb);
    }
}

void rp_links_start(toy_t *toy)
{
    const rp_partition_t *plan = rp_flash_parts();
    const rp_loader_flash_t model = {NULL, rp_flash_at(plan->model.offset), plan->model.bytes, erase_model, program_model};
    links.toy = toy;
    links.uart = (cable_t){.wire = RP_WIRE_UART, .receive = rp_uart_receive};
    links.usb = (cable_t){.wire = RP_WIRE_USB, .receive = rp_usb_receive};
    toy_frame_decoder_init(&links.uart.decoder);
    toy_frame_decoder_init(&links.usb.decoder);
    toy_frame_decoder_init(&links.to_radio);
    rp_loader_init(&links.loader, &model);
    rp_usb_start();
    rp_ble_start(BOARD_NAME, (rp_ble_listener_t){NULL, on_radio_frame, on_radio_gone});
}
