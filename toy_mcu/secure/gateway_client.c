#include "secure/gateway_client.h"

#include <string.h>

#include "link/packet.h"
#include "wake/intent.h"

static toy_status_t cross(toy_gateway_client_t *client, toy_gateway_call_t call, toy_gateway_block_t *block)
{
    client->cross(client->context, (uint32_t)call, block);
    return (toy_status_t)block->status;
}

/* A call whose payload goes in and whose reply comes out; the block names the rest. */
static toy_status_t ask(toy_gateway_client_t *client, toy_gateway_call_t call, toy_gateway_block_t *block,
                        const uint8_t *payload, size_t payload_bytes, uint8_t *reply, size_t *reply_bytes)
{
    if (payload_bytes > TOY_PACKET_PAYLOAD_MAX_BYTES) {
        return TOY_ERR_ARG;
    }
    block->count = (uint8_t)payload_bytes;
    memcpy(block->bytes, payload, payload_bytes);
    TOY_TRY(cross(client, call, block));
    memcpy(reply, block->bytes, block->count);
    *reply_bytes = block->count;
    return TOY_OK;
}

static toy_status_t answer(void *context, unsigned slot, const uint8_t session[8], const uint8_t *request,
                           size_t request_bytes, uint8_t *reply, size_t *reply_bytes)
{
    toy_gateway_block_t block = {.slot = (uint8_t)slot};
    memcpy(block.id, session, sizeof block.id);
    return ask(context, TOY_GATEWAY_ANSWER, &block, request, request_bytes, reply, reply_bytes);
}

static toy_status_t body(toy_gateway_client_t *client, toy_gateway_call_t call, unsigned slot, uint64_t counter,
                         const uint8_t header[4], uint8_t *bytes, size_t body_bytes)
{
    toy_gateway_block_t block = {.slot = (uint8_t)slot, .counter = counter, .count = (uint8_t)body_bytes};
    size_t in = body_bytes + (call == TOY_GATEWAY_OPEN ? TOY_PACKET_TAG_BYTES : 0u);
    size_t out = body_bytes + (call == TOY_GATEWAY_SEAL ? TOY_PACKET_TAG_BYTES : 0u);
    if (body_bytes > TOY_PACKET_BODY_MAX_BYTES) {
        return TOY_ERR_ARG;
    }
    memcpy(block.header, header, sizeof block.header);
    memcpy(block.bytes, bytes, in);
    TOY_TRY(cross(client, call, &block));
    memcpy(bytes, block.bytes, out);
    return TOY_OK;
}

static toy_status_t seal(void *context, unsigned slot, uint64_t counter, const uint8_t header[4], uint8_t *bytes,
                         size_t body_bytes)
{
    return body(context, TOY_GATEWAY_SEAL, slot, counter, header, bytes, body_bytes);
}

static toy_status_t open(void *context, unsigned slot, uint64_t counter, const uint8_t header[4], uint8_t *bytes,
                         size_t body_bytes)
{
    return body(context, TOY_GATEWAY_OPEN, slot, counter, header, bytes, body_bytes);
}

static toy_status_t pair(void *context, uint8_t step, const uint8_t id[8], const uint8_t *payload, size_t payload_bytes,
                         uint8_t *reply, size_t *reply_bytes)
{
    toy_gateway_block_t block = {.step = step};
    memcpy(block.id, id, sizeof block.id);
    return ask(context, TOY_GATEWAY_PAIR, &block, payload, payload_bytes, reply, reply_bytes);
}

toy_cipher_t toy_gateway_client_cipher(toy_gateway_client_t *client)
{
    return (toy_cipher_t){.context = client, .answer = answer, .seal = seal, .open = open, .pair = pair};
}

static void open_window(void *context)
{
    toy_gateway_block_t block = {0};
    toy_ignore(cross(context, TOY_GATEWAY_WINDOW, &block));
}

static void look(void *context, toy_household_state_t *state)
{
    toy_gateway_block_t block = {0};
    toy_ignore(cross(context, TOY_GATEWAY_LOOK, &block));
    memcpy(state, block.bytes, sizeof *state);
}

static toy_status_t forget(void *context)
{
    toy_gateway_block_t block = {0};
    return cross(context, TOY_GATEWAY_FORGET, &block);
}

toy_household_t toy_gateway_client_household(toy_gateway_client_t *client)
{
    return (toy_household_t){.context = client, .open_window = open_window, .look = look, .forget = forget};
}

/* ---- the ears ------------------------------------------------------------------------------------------- */

static void hear(void *context, const int16_t samples[TOY_FRAME_SAMPLES], const toy_heed_t *heed, toy_heard_t *heard)
{
    toy_gateway_block_t block = {.slot = heed->flags, .step = heed->listens_for};
    (void)samples; /* the microphone is there */
    if (cross(context, TOY_GATEWAY_HEAR, &block) == TOY_OK) {
        memcpy(heard, block.bytes, sizeof *heard);
    } else { /* no new frame: nothing happened */
        heard->onset = heard->woken = false;
        heard->command = TOY_INTENT_NONE;
    }
}

static void play(void *context, const int16_t samples[TOY_FRAME_SAMPLES])
{
    const size_t frame_bytes = TOY_FRAME_SAMPLES * sizeof *samples;
    for (size_t from = 0; from < frame_bytes; from += TOY_GATEWAY_BYTES) {
        size_t count = frame_bytes - from < TOY_GATEWAY_BYTES ? frame_bytes - from : TOY_GATEWAY_BYTES;
        toy_gateway_block_t block = {.counter = from, .count = (uint8_t)count};
        memcpy(block.bytes, (const uint8_t *)samples + from, count);
        toy_ignore(cross(context, TOY_GATEWAY_PLAY, &block));
    }
}

static toy_status_t take(void *context, uint32_t number, toy_sound_frame_t *frame)
{
    toy_gateway_block_t block = {.counter = number};
    TOY_TRY(cross(context, TOY_GATEWAY_TAKE, &block));
    memcpy(frame, block.bytes, sizeof *frame);
    return TOY_OK;
}

static void let_go(toy_gateway_client_t *client, toy_gateway_let_go_t what)
{
    toy_gateway_block_t block = {.slot = (uint8_t)what};
    toy_ignore(cross(client, TOY_GATEWAY_LET_GO, &block));
}

static void settle(void *context) { let_go(context, TOY_GATEWAY_SETTLE); }
static void forget_sound(void *context) { let_go(context, TOY_GATEWAY_FORGET_SOUND); }
static void close_ears(void *context) { let_go(context, TOY_GATEWAY_CLOSE_EARS); }
static void called(void *context) { (void)context; } /* its word is not enough: paw and wake phrase are heard over there */

toy_ears_t toy_gateway_client_ears(toy_gateway_client_t *client)
{
    return (toy_ears_t){client, true, hear, play, take, settle, forget_sound, close_ears, called};
}
