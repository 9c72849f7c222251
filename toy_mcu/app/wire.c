/* Bytes of the cable or the radio, in and out: how many may come, and a word in the log about those that are nobody's. */
#include "app/parts.h"

/* More than the fastest cable brings (92 bytes a millisecond), and what may come at once after a pause. */
#define FLOW_BYTES_PER_MS 128u
#define FLOW_BURST_BYTES 8192u
#define LOG_GAP_MS 1000u

void toy_wire_init(toy_t *toy)
{
    toy->flow_ms = toy_port_now_ms(toy->port);
    toy->flow_bytes = FLOW_BURST_BYTES;
}

/* A bucket that fills with time: a base, or a child with a wire, that sends more is not listened to. */
static size_t let_through(toy_t *toy, size_t count)
{
    uint32_t now_ms = toy_port_now_ms(toy->port);
    uint64_t room = toy->flow_bytes + (uint64_t)(now_ms - toy->flow_ms) * FLOW_BYTES_PER_MS;
    toy->flow_ms = now_ms;
    toy->flow_bytes = room > FLOW_BURST_BYTES ? FLOW_BURST_BYTES : (uint32_t)room;
    size_t passed = count < toy->flow_bytes ? count : toy->flow_bytes;
    toy->flow_bytes -= (uint32_t)passed;
    if (passed < count) {
        toy->flood_bytes += (uint32_t)(count - passed);
        toy_faults_raise(&toy->faults, TOY_FAULT_LINK_FLOOD, 0);
    } else if (toy->flow_bytes >= FLOW_BURST_BYTES / 2u) {
        toy_faults_clear(&toy->faults, TOY_FAULT_LINK_FLOOD);
    }
    return passed;
}

/* A line a second at most: who attacks must not fill the log. */
void toy_wire_log(toy_t *toy)
{
    uint32_t refused = toy->link.order.stats.refused, damaged = toy->link.decoder.errors;
    uint32_t now_ms = toy_port_now_ms(toy->port);
    if (now_ms - toy->told_ms < LOG_GAP_MS) {
        return;
    }
    if (refused != toy->refused_told) {
        toy_port_log(toy->port, "link: refused frames that are not our base's");
    }
    if (damaged != toy->damaged_told) {
        toy_port_log(toy->port, "link: damaged bytes");
    }
    if (refused != toy->refused_told || damaged != toy->damaged_told) {
        toy->refused_told = refused;
        toy->damaged_told = damaged;
        toy->told_ms = now_ms;
    }
}

void toy_wire_receive(toy_t *toy, const uint8_t *bytes, size_t count)
{
    toy_link_receive(&toy->link, bytes, let_through(toy, count), toy_port_now_ms(toy->port));
}

size_t toy_wire_transmit(toy_t *toy, uint8_t *bytes, size_t room)
{
    size_t count = 0;
    uint32_t now_ms = toy_port_now_ms(toy->port);
    return toy_link_take_output(&toy->link, now_ms, bytes, room, &count) == TOY_OK ? count : 0u;
}

void toy_wire_lost(toy_t *toy) { toy_link_transport_lost(&toy->link); }

/* On BLE an answer may be two connection events away, and the head of a frame weighs more. */
void toy_wire_is_radio(toy_t *toy, bool radio)
{
    toy_link_set_pace(&toy->link, radio ? TOY_PACE_RADIO : TOY_PACE_CABLE);
    toy_brain_remote_frames(&toy->remote, radio ? TOY_AUDIO_FRAME_ADPCM_MAX_BYTES : TOY_FRAME_ADPCM_BYTES);
}
