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
#define NEW_ADDRESS_MS (15 * 60 * 1000)
#define PAIR_FRAME 0x60u /* first byte: version 1, kind PAIR */
#define DATA_FRAME 0x40u /* kind DATA, which only a session has */
#define KNOWN_WITHIN_MS 10000u  /* so long a stranger may keep the one connection that there is */
#define SESSION_SPEAKS_MS 2000u /* a base asks every 400 ms whether the toy is there */

typedef struct {
    uint8_t bytes[FRAME_MOST];
    uint8_t count;
} waiting_t;

typedef struct {
    rp_ble_listener_t listener;
    const char *name;
    bool is_up, is_pairing_mode;
    bool wants, wants_pairing; /* the other side has switched notifications on: of frames, of pairing */
    hci_con_handle_t connection;
    uint32_t connected_ms, sealed_ms;
    waiting_t waiting[WAITING];
    uint32_t head, tail;
    uint8_t advertisement[31], answer[31];
} ble_t;

static ble_t ble = {.connection = HCI_CON_HANDLE_INVALID};

/* PAIR frames have a way of their own, open to anybody; BTstack refuses all others on a link that is not encrypted. */
static bool is_pairing(const uint8_t *frame) { return frame[0] == PAIR_FRAME; }

static bool ready(const waiting_t *frame)
{
    return ble.connection != HCI_CON_HANDLE_INVALID && (is_pairing(frame->bytes) ? ble.wants_pairing : ble.wants);
}

/* ---- what BTstack calls --------------------------------------------------------------------------------- */

static int on_write(hci_con_handle_t connection, uint16_t handle, uint16_t mode, uint16_t offset, uint8_t *bytes, uint16_t count)
{
    (void)connection;
    if (mode != ATT_TRANSACTION_MODE_NONE || offset != 0u) {
        return ATT_ERROR_REQUEST_NOT_SUPPORTED; /* a frame is one write */
    }
    const bool is_switch = handle == PLUSH_GATT_FROM_TOY_SWITCH || handle == PLUSH_GATT_PAIRING_SWITCH;
    if (is_switch && count == 2u) {
        bool on = little_endian_read_16(bytes, 0) == GATT_CLIENT_CHARACTERISTICS_CONFIGURATION_NOTIFICATION;
        *(handle == PLUSH_GATT_FROM_TOY_SWITCH ? &ble.wants : &ble.wants_pairing) = on;
    } else if (!is_switch && count != 0u && count <= FRAME_MOST && is_pairing(bytes) == (handle == PLUSH_GATT_PAIRING)) {
        ble.listener.frame(ble.listener.context, bytes, count);
    }
    return 0;
}

static uint16_t on_read(hci_con_handle_t connection, uint16_t handle, uint16_t offset, uint8_t *bytes, uint16_t room)
{
    (void)connection;
    const bool is_switch = handle == PLUSH_GATT_FROM_TOY_SWITCH || handle == PLUSH_GATT_PAIRING_SWITCH;
    const uint8_t state[2] = {(handle == PLUSH_GATT_PAIRING_SWITCH ? ble.wants_pairing : ble.wants) ? 1u : 0u, 0u};
    return is_switch ? att_read_callback_handle_blob(state, sizeof state, offset, bytes, room) : 0u;
}

static void send_next(void)
{
    const waiting_t *frame = &ble.waiting[ble.tail % WAITING];
    if (ble.head == ble.tail || !ready(frame)) {
        return;
    }
    /* Before the MTU is agreed on a long frame does not fit; the stream above sends it again. */
    if (frame->count + ATT_HEAD_BYTES <= att_server_get_mtu(ble.connection)) {
        const uint16_t way = is_pairing(frame->bytes) ? PLUSH_GATT_PAIRING : PLUSH_GATT_FROM_TOY;
        (void)att_server_notify(ble.connection, way, frame->bytes, frame->count);
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
    case HCI_EVENT_META_GAP:
        if (hci_event_gap_meta_get_subevent_code(packet) == GAP_SUBEVENT_LE_CONNECTION_COMPLETE &&
            gap_subevent_le_connection_complete_get_status(packet) == ERROR_CODE_SUCCESS) {
            ble.connection = gap_subevent_le_connection_complete_get_connection_handle(packet);
            ble.connected_ms = btstack_run_loop_get_time_ms();
        }
        break;
    case HCI_EVENT_DISCONNECTION_COMPLETE:
        ble.connection = HCI_CON_HANDLE_INVALID;
        ble.wants = ble.wants_pairing = false;
        ble.head = ble.tail = 0;
        ble.listener.gone(ble.listener.context);
        break;
    case ATT_EVENT_CAN_SEND_NOW:
        send_next();
        break;
    case SM_EVENT_JUST_WORKS_REQUEST:
        sm_just_works_confirm(sm_event_just_works_request_get_handle(packet));
        break;
    default:
        break;
    }
}

/* ---- start ---------------------------------------------------------------------------------------------- */

/* In the answer to a scan: the name, and while the toy lets itself be paired a UUID that says so. */
static void answer_scans(void)
{
    static const uint8_t mode[16] = {PLUSH_GATT_PAIRING_MODE_UUID};
    const size_t most = sizeof ble.answer - 2u - (sizeof mode + 2u);
    const size_t length = strlen(ble.name) < most ? strlen(ble.name) : most;
    ble.answer[0] = (uint8_t)(length + 1u);
    ble.answer[1] = BLUETOOTH_DATA_TYPE_COMPLETE_LOCAL_NAME;
    memcpy(ble.answer + 2, ble.name, length);
    size_t count = length + 2u;
    if (ble.is_pairing_mode) {
        ble.answer[count] = sizeof mode + 1u;
        ble.answer[count + 1u] = BLUETOOTH_DATA_TYPE_COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS;
        memcpy(ble.answer + count + 2u, mode, sizeof mode);
        count += sizeof mode + 2u;
    }
    gap_scan_response_set_data((uint8_t)count, ble.answer);
}

/* Flags and the service's UUID in the advertisement. */
static void describe(void)
{
    static const uint8_t service[16] = {PLUSH_GATT_SERVICE_UUID};
    const uint8_t head[5] = {2, BLUETOOTH_DATA_TYPE_FLAGS, 0x06, 17, BLUETOOTH_DATA_TYPE_COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS};
    memcpy(ble.advertisement, head, sizeof head);
    memcpy(ble.advertisement + sizeof head, service, sizeof service);
    gap_advertisements_set_data(sizeof head + sizeof service, ble.advertisement);
    answer_scans();
}

/* A second layer that nothing relies on: LE Secure Connections alone, no bond, so no key outlives its connection and
 * none is left in flash; an address that nobody can follow. What counts is sealed above (SECURITY.md). */
static void encrypt(void)
{
    static btstack_packet_callback_registration_t events;
    sm_init();
    sm_set_io_capabilities(IO_CAPABILITY_NO_INPUT_NO_OUTPUT);
    sm_set_authentication_requirements(SM_AUTHREQ_SECURE_CONNECTION);
    sm_set_secure_connections_only_mode(true);
    events.callback = on_event;
    sm_add_event_handler(&events);
    gap_random_address_set_update_period(NEW_ADDRESS_MS);
    gap_random_address_set_mode(GAP_RANDOM_ADDRESS_RESOLVABLE);
}

void rp_ble_start(const char *name, rp_ble_listener_t listener)
{
    static btstack_packet_callback_registration_t events;
    ble.listener = listener;
    ble.name = name;
    if (cyw43_arch_init() != 0) {
        return; /* no radio answers: the plush goes on by cable */
    }
    ble.is_up = true;
    l2cap_init();
    encrypt();
    att_server_init(profile_data, on_read, on_write);
    events.callback = on_event;
    hci_add_event_handler(&events);
    att_server_register_packet_handler(on_event);
    describe();
    (void)hci_power_control(HCI_POWER_ON);
}

void rp_ble_pairing_mode(bool on)
{
    ble.is_pairing_mode = on;
    if (ble.is_up) {
        answer_scans();
    }
}

/* Whoever has no session by then goes, unless the toy lets itself be paired. */
static void send_strangers_away(void)
{
    const uint32_t now_ms = btstack_run_loop_get_time_ms();
    if (ble.connection == HCI_CON_HANDLE_INVALID || now_ms - ble.connected_ms < KNOWN_WITHIN_MS) {
        return;
    }
    ble.connected_ms = now_ms;
    if (!ble.is_pairing_mode && now_ms - ble.sealed_ms > SESSION_SPEAKS_MS) {
        (void)gap_disconnect(ble.connection);
    }
}

void rp_ble_poll(void)
{
    if (ble.is_up) {
        cyw43_arch_poll();
        send_strangers_away();
    }
}

bool rp_ble_has_room(void) { return ble.head - ble.tail < WAITING; }

void rp_ble_send(const uint8_t *frame, size_t count)
{
    if (count == 0u || count > FRAME_MOST || !rp_ble_has_room()) {
        return;
    }
    waiting_t *place = &ble.waiting[ble.head % WAITING];
    memcpy(place->bytes, frame, count);
    place->count = (uint8_t)count;
    if (!ready(place)) {
        return;
    }
    ble.sealed_ms = frame[0] == DATA_FRAME ? btstack_run_loop_get_time_ms() : ble.sealed_ms;
    ++ble.head;
    att_server_request_can_send_now_event(ble.connection);
}
