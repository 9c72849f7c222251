#include "link/packet.h"

#include <string.h>

#include "link/bytes.h"

enum { HANDSHAKE_STEPS = 2, PAIR_STEPS = 6 };

static uint8_t first_byte(unsigned kind) { return (uint8_t)((TOY_PACKET_VERSION << 6) | (kind << 3)); }

static toy_status_t parse_ack(const uint8_t *frame, size_t count, toy_packet_t *packet)
{
    if (count != TOY_PACKET_ACK_BYTES) {
        return TOY_ERR_FORMAT;
    }
    packet->counter = toy_get_u16(frame + 2);
    packet->sack = toy_get_u16(frame + 4);
    packet->window = frame[6];
    if (packet->window == 0u || packet->window > TOY_PACKET_WINDOW || (packet->sack >> (packet->window - 1u)) != 0u) {
        return TOY_ERR_FORMAT; /* claims a frame outside its own window */
    }
    return TOY_OK;
}

/* HANDSHAKE and PAIR: a step of several, and what it carries. */
static toy_status_t parse_step(uint8_t *frame, size_t count, uint8_t steps, toy_packet_t *packet)
{
    if (count < TOY_PACKET_HANDSHAKE_BYTES || count > TOY_PACKET_HANDSHAKE_BYTES + TOY_PACKET_PAYLOAD_MAX_BYTES ||
        frame[3] != 0u) {
        return TOY_ERR_FORMAT;
    }
    packet->step = frame[2];
    packet->session = frame + 4;
    packet->payload = frame + TOY_PACKET_HANDSHAKE_BYTES;
    packet->payload_bytes = count - TOY_PACKET_HANDSHAKE_BYTES;
    return packet->step >= 1u && packet->step <= steps ? TOY_OK : TOY_ERR_FORMAT;
}

toy_status_t toy_packet_parse(uint8_t *frame, size_t count, toy_packet_t *packet)
{
    memset(packet, 0, sizeof *packet);
    if (count < 2u || count > TOY_FRAME_MAX_BYTES || (frame[0] & 0xC7u) != TOY_PACKET_VERSION << 6) {
        return TOY_ERR_FORMAT;
    }
    packet->kind = (uint8_t)(frame[0] >> 3 & 7u);
    packet->epoch = frame[1];
    switch (packet->kind) {
    case TOY_PACKET_DATA:
        if (count < TOY_PACKET_HEADER_BYTES + 1u + TOY_PACKET_TAG_BYTES) {
            return TOY_ERR_FORMAT;
        }
        packet->counter = toy_get_u16(frame + 2);
        packet->payload = frame + TOY_PACKET_HEADER_BYTES;
        packet->payload_bytes = count - TOY_PACKET_HEADER_BYTES;
        return TOY_OK;
    case TOY_PACKET_ACK:
        return parse_ack(frame, count, packet);
    case TOY_PACKET_HANDSHAKE:
        return parse_step(frame, count, HANDSHAKE_STEPS, packet);
    case TOY_PACKET_PAIR:
        return packet->epoch == 0u ? parse_step(frame, count, PAIR_STEPS, packet) : TOY_ERR_FORMAT;
    case TOY_PACKET_CLOSE:
        if (count != TOY_PACKET_CLOSE_BYTES || frame[2] > TOY_CLOSE_PROTOCOL) {
            return TOY_ERR_FORMAT;
        }
        packet->reason = frame[2];
        return TOY_OK;
    default:
        return TOY_ERR_FORMAT;
    }
}

void toy_packet_write_data_header(uint8_t *frame, uint8_t epoch, uint64_t counter)
{
    frame[0] = first_byte(TOY_PACKET_DATA);
    frame[1] = epoch;
    toy_put_u16(frame + 2, (uint16_t)counter);
}

void toy_packet_write_ack(uint8_t *frame, uint8_t epoch, uint64_t next, uint16_t sack)
{
    frame[0] = first_byte(TOY_PACKET_ACK);
    frame[1] = epoch;
    toy_put_u16(frame + 2, (uint16_t)next);
    toy_put_u16(frame + 4, sack);
    frame[6] = TOY_PACKET_WINDOW;
}

void toy_packet_write_close(uint8_t *frame, uint8_t epoch, uint8_t reason)
{
    frame[0] = first_byte(TOY_PACKET_CLOSE);
    frame[1] = epoch;
    frame[2] = reason;
}

void toy_packet_write_step(uint8_t *frame, uint8_t kind, uint8_t epoch, uint8_t step, const uint8_t *session)
{
    frame[0] = first_byte(kind);
    frame[1] = epoch;
    frame[2] = step;
    frame[3] = 0u;
    memcpy(frame + 4, session, TOY_PACKET_SESSION_BYTES);
}
