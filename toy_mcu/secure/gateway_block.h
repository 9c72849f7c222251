/* gateway_block.h - what crosses the gateway: one block of one size in each call, copied in before it is read and copied out
 * after it was written. No pointer is inside, so none comes out.
 * In      the number of a call, and a block filled as the call wants it
 * Out     the block with status and results; nothing but status when it is not TOY_OK
 * Memory  272 bytes */
#ifndef TOY_SECURE_GATEWAY_BLOCK_H
#define TOY_SECURE_GATEWAY_BLOCK_H

#include <stdint.h>

#include "secure/gateway.h"

#define TOY_GATEWAY_BYTES 240u /* a body of 224 with its tag */

typedef enum {
    TOY_GATEWAY_ANSWER = 1, /* slot, id, count, bytes: request -> count, bytes: reply */
    TOY_GATEWAY_SEAL,       /* slot, counter, header, count, bytes: body -> bytes: body and tag */
    TOY_GATEWAY_OPEN,       /* slot, counter, header, count (without tag), bytes -> bytes: body */
    TOY_GATEWAY_PAIR,       /* step, id, count, bytes: payload -> count, bytes: answer */
    TOY_GATEWAY_WINDOW,     /* the paw was held */
    TOY_GATEWAY_LOOK,       /* -> bytes: toy_household_state_t */
    TOY_GATEWAY_FORGET,
    TOY_GATEWAY_HEAR,       /* slot, step: toy_heed_t -> bytes: toy_heard_t; the microphone's next frame */
    TOY_GATEWAY_TAKE,       /* counter: a frame's number -> bytes: toy_sound_frame_t */
    TOY_GATEWAY_PLAY,       /* counter: from which byte of the frame, count, bytes: samples for the speaker */
    TOY_GATEWAY_LET_GO      /* slot: toy_gateway_let_go_t */
} toy_gateway_call_t;

typedef enum { TOY_GATEWAY_SETTLE, TOY_GATEWAY_FORGET_SOUND, TOY_GATEWAY_CLOSE_EARS } toy_gateway_let_go_t;

typedef struct {
    uint64_t counter;
    int32_t status; /* toy_status_t */
    uint8_t slot, step, count, zero;
    uint8_t id[8];
    uint8_t header[4];
    uint8_t bytes[TOY_GATEWAY_BYTES];
} toy_gateway_block_t;

#endif
