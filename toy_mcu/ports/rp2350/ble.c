#include "rp2350/ble.h"

#include <string.h>

#include "btstack.h"
#include "pico/cyw43_arch.h"
#include "plush.h" /* BTstack's compiler made it of protocol/gatt.toml */
#include "plush_handles.h"

#define WAITING 8u
#define FRAME_MOST 244u
#define ATT_HEAD_BYTES 3u
#define ADVERTISE_EVERY 160u /* of 0.625 ms: 100 ms */

typedef struct {
    uint8_t bytes[FRAME_MOST];
    uint8_t count;
} waiting_t;

typedef struct {
    rp_ble_listener_t listener;
    bool is_up, wants; /* wants: the other side has switched notifications on */
    hci_con_handle_t connection;
    waiting_t waiting[WAITING];
    uint32_t head, tail;
    uint8_t advertisement[31], answer[31];
} ble_t;

static ble_t ble = {.connection = HCI_CON_HANDLE_INVALID};

static bool ready(void) { return ble.connection != HCI_CON_HANDLE_INVALID && ble.wants; }

/* ---- what BTstack calls --------------------------------------------------------------------------------- */

static int on_write(hci_con_handle_t connection, uint16_t handle, uint16_t mode, uint16_t offset, uint8_t *bytes, uint16_t count)
{
    if (mode != ATT_TRANSACTION_MODE_NONE || offset != 0u) {
        return ATT_ERROR_REQUEST_NOT_SUPPORTED; /* a frame is one write */
    }
    if (handle == PLUSH_GATT_FROM_TOY_SWITCH && count == 2u) {
        ble.wants = little_endian_read_16(bytes, 0) == GATT_CLIENT_CHARACTERISTICS_CONFIGURATION_NOTIFICATION;
        ble.connection = connection;
    } else if (handle == PLUSH_GATT_TO_TOY && count != 0u && count <= FRAME_MOST) {
        ble.listener.frame(ble.listener.context, bytes, count);
    }
    return 0;
}

static uint16_t on_read(hci_con_handle_t connection, uint16_t handle, uint16_t offset, uint8_t *bytes, uint16_t room)
{
    (void)connection;
    const uint8_t state[2] = {ble.wants ? 1u : 0u, 0u};
    return handle == PLUSH_GATT_FROM_TOY_SWITCH ? att_read_callback_handle_blob(state, sizeof state, offset, bytes, room) : 0u;
}

static void send_next(void)
{
    const waiting_t *frame = &ble.waiting[ble.tail % WAITING];
    if (ble.head == ble.tail || !ready()) {
        return;
    }
    /* Before the MTU is agreed on a long frame does not fit; the stream above sends it again. */
    if (frame->count + ATT_HEAD_BYTES <= att_server_get_mtu(ble.connection)) {
        (void)att_server_notify(ble.connection, PLUSH_GATT_FROM_TOY, frame->bytes, frame->count);
    }
    ++ble.tail;
    if (ble.head != ble.tail) {
        att_server_request_can_send_now_event(ble.connection);
    }
}

static void advertise(void)
{
    bd_addr_t none = {0};
    gap_advertisements_set_params(ADVERTISE_EVERY, ADVERTISE_EVERY, 0, 0, none, 0x07, 0x00);
    gap_advertisements_enable(1);
}

static void on_event(uint8_t kind, uint16_t channel, uint8_t *packet, uint16_t size)
{
    (void)channel;
    (void)size;
    if (kind != HCI_EVENT_PACKET) {
        return;
    }
    switch (hci_event_packet_get_type(packet)) {
    case BTSTACK_EVENT_STATE:
        if (btstack_event_state_get_state(packet) == HCI_STATE_WORKING) {
            advertise();
        }
        break;
    case HCI_EVENT_DISCONNECTION_COMPLETE:
        ble.connection = HCI_CON_HANDLE_INVALID;
        ble.wants = false;
        ble.head = ble.tail = 0;
        ble.listener.gone(ble.listener.context);
        break;
    case ATT_EVENT_CAN_SEND_NOW:
        send_next();
        break;
    default:
        break;
    }
}

/* ---- start ---------------------------------------------------------------------------------------------- */

/* Flags and the service's UUID in the advertisement, the name in the answer to a scan. */
static void describe(const char *name)
{
    static const uint8_t service[16] = {PLUSH_GATT_SERVICE_UUID};
    const uint8_t head[5] = {2, BLUETOOTH_DATA_TYPE_FLAGS, 0x06, 17, BLUETOOTH_DATA_TYPE_COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS};
    memcpy(ble.advertisement, head, sizeof head);
    memcpy(ble.advertisement + sizeof head, service, sizeof service);
    gap_advertisements_set_data(sizeof head + sizeof service, ble.advertisement);
    const size_t length = strlen(name) < sizeof ble.answer - 2u ? strlen(name) : sizeof ble.answer - 2u;
    ble.answer[0] = (uint8_t)(length + 1u);
    ble.answer[1] = BLUETOOTH_DATA_TYPE_COMPLETE_LOCAL_NAME;
    memcpy(ble.answer + 2, name, length);
    gap_scan_response_set_data((uint8_t)(length + 2u), ble.answer);
}

void rp_ble_start(const char *name, rp_ble_listener_t listener)
{
    static btstack_packet_callback_registration_t events;
    ble.listener = listener;
    if (cyw43_arch_init() != 0) {
        return; /* no radio answers: the plush goes on by cable */
    }
    ble.is_up = true;
    l2cap_init();
    sm_init(); /* no pairing of its own: the link is sealed above (SECURITY.md) */
    att_server_init(profile_data, on_read, on_write);
    events.callback = on_event;
    hci_add_event_handler(&events);
    att_server_register_packet_handler(on_event);
    describe(name);
    (void)hci_power_control(HCI_POWER_ON);
}

void rp_ble_poll(void)
{
    if (ble.is_up) {
        cyw43_arch_poll();
    }
}

bool rp_ble_has_room(void) { return ble.head - ble.tail < WAITING; }

void rp_ble_send(const uint8_t *frame, size_t count)
{
    if (!ready() || count > FRAME_MOST || !rp_ble_has_room()) {
        return;
    }
    waiting_t *place = &ble.waiting[ble.head % WAITING];
    memcpy(place->bytes, frame, count);
    place->count = (uint8_t)count;
    ++ble.head;
    att_server_request_can_send_now_event(ble.connection);
}
