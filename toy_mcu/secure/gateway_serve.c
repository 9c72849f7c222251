#include "secure/gateway_serve.h"

#include <string.h>

#include "link/packet.h"

static toy_status_t answer(const toy_cipher_t *cipher, const toy_gateway_block_t *in, toy_gateway_block_t *out)
{
    size_t count = 0u;
    if (in->slot > 1u || in->count > TOY_PACKET_PAYLOAD_MAX_BYTES) {
        return TOY_ERR_ARG;
    }
    TOY_TRY(cipher->answer(cipher->context, in->slot, in->id, in->bytes, in->count, out->bytes, &count));
    out->count = (uint8_t)count;
    return TOY_OK;
}

static toy_status_t seal_or_open(const toy_cipher_t *cipher, bool sealing, const toy_gateway_block_t *in,
                                 toy_gateway_block_t *out)
{
    if (in->slot > 1u || in->count == 0u || in->count > TOY_PACKET_BODY_MAX_BYTES) {
        return TOY_ERR_ARG;
    }
    memcpy(out->bytes, in->bytes, sizeof out->bytes);
    toy_status_t status =
        sealing ? cipher->seal(cipher->context, in->slot, in->counter, in->header, out->bytes, in->count)
                : cipher->open(cipher->context, in->slot, in->counter, in->header, out->bytes, in->count);
    size_t used = in->count + (sealing ? TOY_PACKET_TAG_BYTES : 0u);
    memset(out->bytes + used, 0, sizeof out->bytes - used);
    out->count = in->count;
    return status;
}

static toy_status_t pair(const toy_cipher_t *cipher, const toy_gateway_block_t *in, toy_gateway_block_t *out)
{
    size_t count = 0u;
    if (in->count > TOY_PACKET_PAYLOAD_MAX_BYTES) {
        return TOY_ERR_ARG;
    }
    TOY_TRY(cipher->pair(cipher->context, in->step, in->id, in->bytes, in->count, out->bytes, &count));
    out->count = (uint8_t)count;
    return TOY_OK;
}

static toy_status_t look(const toy_household_t *household, toy_gateway_block_t *out)
{
    toy_household_state_t state;
    memset(&state, 0, sizeof state);
    household->look(household->context, &state);
    memcpy(out->bytes, &state, sizeof state);
    return TOY_OK;
}

static toy_status_t hear(const toy_gateway_t *gateway, const toy_gateway_block_t *in, toy_gateway_block_t *out)
{
    const toy_heed_t heed = {in->slot, in->step};
    const int16_t *samples = gateway->microphone();
    toy_heard_t heard;
    if (samples == NULL) {
        return TOY_ERR_EMPTY;
    }
    memset(&heard, 0, sizeof heard); /* padding too */
    toy_ear_hear(gateway->ear, samples, &heed, &heard);
    memcpy(out->bytes, &heard, sizeof heard);
    return TOY_OK;
}

static toy_status_t take(const toy_ear_t *ear, const toy_gateway_block_t *in, toy_gateway_block_t *out)
{
    toy_sound_frame_t frame;
    memset(&frame, 0, sizeof frame); /* padding too */
    TOY_TRY(toy_ear_take(ear, (uint32_t)in->counter, &frame));
    memcpy(out->bytes, &frame, sizeof frame);
    return TOY_OK;
}

static toy_status_t play(toy_ear_t *ear, const toy_gateway_block_t *in)
{
    const size_t frame_bytes = TOY_FRAME_SAMPLES * sizeof(int16_t);
    if (in->count > TOY_GATEWAY_BYTES || in->counter > frame_bytes - in->count) {
        return TOY_ERR_ARG;
    }
    toy_ear_play(ear, (size_t)in->counter, in->bytes, in->count);
    return TOY_OK;
}

static toy_status_t let_go(toy_ear_t *ear, uint8_t what)
{
    switch (what) {
    case TOY_GATEWAY_SETTLE:
        toy_ear_settle(ear);
        return TOY_OK;
    case TOY_GATEWAY_FORGET_SOUND:
        toy_ear_forget(ear);
        return TOY_OK;
    case TOY_GATEWAY_CLOSE_EARS:
        toy_ear_close(ear);
        return TOY_OK;
    default:
        return TOY_ERR_ARG;
    }
}

static toy_status_t serve(const toy_gateway_t *gateway, uint32_t call, const toy_gateway_block_t *in,
                          toy_gateway_block_t *out)
{
    const toy_cipher_t cipher = toy_vault_cipher(gateway->vault);
    const toy_household_t household = toy_vault_household(gateway->vault);
    switch (call) {
    case TOY_GATEWAY_ANSWER:
        return answer(&cipher, in, out);
    case TOY_GATEWAY_SEAL:
    case TOY_GATEWAY_OPEN:
        return seal_or_open(&cipher, call == TOY_GATEWAY_SEAL, in, out);
    case TOY_GATEWAY_PAIR:
        return pair(&cipher, in, out);
    case TOY_GATEWAY_WINDOW:
        household.open_window(household.context);
        return TOY_OK;
    case TOY_GATEWAY_LOOK:
        return look(&household, out);
    case TOY_GATEWAY_FORGET:
        return household.forget(household.context);
    case TOY_GATEWAY_HEAR:
        return hear(gateway, in, out);
    case TOY_GATEWAY_TAKE:
        return take(gateway->ear, in, out);
    case TOY_GATEWAY_PLAY:
        return play(gateway->ear, in);
    case TOY_GATEWAY_LET_GO:
        return let_go(gateway->ear, in->slot);
    default:
        return TOY_ERR_ARG;
    }
}

void toy_gateway_serve(const toy_gateway_t *gateway, uint32_t call, toy_gateway_block_t *block)
{
    toy_gateway_block_t out;
    memset(&out, 0, sizeof out);
    toy_status_t status = serve(gateway, call, block, &out);
    if (status != TOY_OK) {
        memset(&out, 0, sizeof out); /* a refusal says why, and nothing else */
    }
    out.status = status;
    memcpy(block, &out, sizeof out);
    toy_wipe(&out, sizeof out);
}
