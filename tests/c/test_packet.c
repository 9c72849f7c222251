#include "link/packet.h"
#include "toy_test.h"

static void written_is_read(void)
{
    toy_packet_t packet;
    uint8_t ack[TOY_PACKET_ACK_BYTES];
    toy_packet_write_ack(ack, 9, 0x10005, 0x4001);
    TOY_CHECK_INT(toy_packet_parse(ack, sizeof ack, &packet), TOY_OK);
    TOY_CHECK_INT(packet.kind, TOY_PACKET_ACK);
    TOY_CHECK_INT(packet.epoch, 9);
    TOY_CHECK_INT(packet.counter, 5);
    TOY_CHECK_INT(packet.sack, 0x4001);
    TOY_CHECK_INT(packet.window, 16);
    uint8_t close[TOY_PACKET_CLOSE_BYTES];
    toy_packet_write_close(close, 200, TOY_CLOSE_GOING_DOWN);
    TOY_CHECK_INT(toy_packet_parse(close, sizeof close, &packet), TOY_OK);
    TOY_CHECK_INT(packet.reason, TOY_CLOSE_GOING_DOWN);
    uint8_t hand[TOY_PACKET_HANDSHAKE_BYTES + 1] = {0};
    toy_packet_write_step(hand, TOY_PACKET_HANDSHAKE, 7, 1, (const uint8_t *)"12345678");
    TOY_CHECK_INT(toy_packet_parse(hand, sizeof hand, &packet), TOY_OK);
    TOY_CHECK_INT(packet.step, 1);
    TOY_CHECK_INT(packet.payload_bytes, 1);
    TOY_CHECK_BYTES(packet.session, "12345678", 8);
}

static toy_status_t parse(const uint8_t *bytes, size_t count)
{
    uint8_t frame[TOY_FRAME_MAX_BYTES + 8u];
    toy_packet_t packet;
    memcpy(frame, bytes, count);
    return toy_packet_parse(frame, count, &packet);
}

static void odd_frames_are_refused(void)
{
    uint8_t data[TOY_FRAME_MAX_BYTES + 1] = {0x40, 1, 0, 0};
    TOY_CHECK_INT(parse(data, 21), TOY_OK);
    TOY_CHECK_INT(parse(data, 20), TOY_ERR_FORMAT); /* no body */
    TOY_CHECK_INT(parse(data, sizeof data), TOY_ERR_FORMAT);
    TOY_CHECK_INT(parse(data, 1), TOY_ERR_FORMAT);
    TOY_CHECK_INT(parse(data, 0), TOY_ERR_FORMAT);
    data[0] = 0x41; /* a reserved bit */
    TOY_CHECK_INT(parse(data, 30), TOY_ERR_FORMAT);
    data[0] = 0x80; /* version 2 */
    TOY_CHECK_INT(parse(data, 30), TOY_ERR_FORMAT);
    data[0] = 0x60; /* kind 4 */
    TOY_CHECK_INT(parse(data, 30), TOY_ERR_FORMAT);
    TOY_CHECK_INT(parse((const uint8_t[]){0x48, 1, 0, 0, 0, 0, 16}, 7), TOY_OK);
    TOY_CHECK_INT(parse((const uint8_t[]){0x48, 1, 0, 0, 0, 0, 16}, 6), TOY_ERR_FORMAT);
    TOY_CHECK_INT(parse((const uint8_t[]){0x48, 1, 0, 0, 0, 0, 0}, 7), TOY_ERR_FORMAT);    /* window 0 */
    TOY_CHECK_INT(parse((const uint8_t[]){0x48, 1, 0, 0, 0, 0, 17}, 7), TOY_ERR_FORMAT);   /* window 17 */
    TOY_CHECK_INT(parse((const uint8_t[]){0x48, 1, 0, 0, 0, 0x80, 16}, 7), TOY_ERR_FORMAT); /* outside the window */
    TOY_CHECK_INT(parse((const uint8_t[]){0x58, 1, 3}, 3), TOY_ERR_FORMAT);                /* reason 3 */
    TOY_CHECK_INT(parse((const uint8_t[]){0x58, 1, 2}, 3), TOY_OK);
    uint8_t hand[213] = {0x50, 1, 1, 0};
    TOY_CHECK_INT(parse(hand, 12), TOY_OK);
    TOY_CHECK_INT(parse(hand, 212), TOY_OK);
    TOY_CHECK_INT(parse(hand, 213), TOY_ERR_FORMAT);
    TOY_CHECK_INT(parse(hand, 11), TOY_ERR_FORMAT);
    hand[2] = 3;
    TOY_CHECK_INT(parse(hand, 12), TOY_ERR_FORMAT);
    hand[2] = 1;
    hand[3] = 1;
    TOY_CHECK_INT(parse(hand, 12), TOY_ERR_FORMAT);
}

int main(void)
{
    TOY_RUN(written_is_read);
    TOY_RUN(odd_frames_are_refused);
    TOY_DONE();
}
