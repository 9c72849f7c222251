/* packet.h - what is inside a frame: the five kinds and their fixed fields.
 * In      parse: a frame of 2..244 bytes
 * Out     parse: its fields; write functions: the bytes
 * Memory  parse: body and payload point into the frame
 * Errors  TOY_ERR_FORMAT another version, an unknown kind, a length or a value outside SPEC
 * Source  protocol/SPEC.md, "Frames" */
#ifndef TOY_LINK_PACKET_H
#define TOY_LINK_PACKET_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "link/frame.h"

#define TOY_PACKET_VERSION 1u
#define TOY_PACKET_HEADER_BYTES 4u /* of DATA: the additional data of the seal */
#define TOY_PACKET_TAG_BYTES 16u
#define TOY_PACKET_BODY_MAX_BYTES (TOY_FRAME_MAX_BYTES - TOY_PACKET_HEADER_BYTES - TOY_PACKET_TAG_BYTES)
#define TOY_PACKET_ACK_BYTES 7u
#define TOY_PACKET_CLOSE_BYTES 3u
#define TOY_PACKET_SESSION_BYTES 8u
#define TOY_PACKET_HANDSHAKE_BYTES 12u /* before the payload */
#define TOY_PACKET_PAYLOAD_MAX_BYTES 200u
#define TOY_PACKET_WINDOW 16u

enum { TOY_PACKET_DATA = 0, TOY_PACKET_ACK = 1, TOY_PACKET_HANDSHAKE = 2, TOY_PACKET_CLOSE = 3, TOY_PACKET_PAIR = 4 };
enum { TOY_CLOSE_NO_SESSION = 0, TOY_CLOSE_GOING_DOWN = 1, TOY_CLOSE_PROTOCOL = 2 };

typedef struct {
    uint8_t kind;
    uint8_t epoch;
    uint16_t counter; /* DATA: low 16 bits; ACK: the next counter expected */
    uint16_t sack;    /* ACK: bit i: counter + 1 + i is here */
    uint8_t window;   /* ACK: 1..16 */
    uint8_t step;     /* HANDSHAKE: 1 or 2; PAIR: 1..6 */
    uint8_t reason;   /* CLOSE */
    const uint8_t *session; /* HANDSHAKE, PAIR: 8 bytes */
    uint8_t *payload;       /* DATA: sealed body with its tag; HANDSHAKE, PAIR: its payload */
    size_t payload_bytes;
} toy_packet_t;

TOY_MUST_USE toy_status_t toy_packet_parse(uint8_t *frame, size_t count, toy_packet_t *packet);

void toy_packet_write_data_header(uint8_t *frame, uint8_t epoch, uint64_t counter);
void toy_packet_write_ack(uint8_t *frame, uint8_t epoch, uint64_t next, uint16_t sack);
void toy_packet_write_close(uint8_t *frame, uint8_t epoch, uint8_t reason);
/* kind: TOY_PACKET_HANDSHAKE or TOY_PACKET_PAIR, which look alike. */
void toy_packet_write_step(uint8_t *frame, uint8_t kind, uint8_t epoch, uint8_t step, const uint8_t *session);

#endif
