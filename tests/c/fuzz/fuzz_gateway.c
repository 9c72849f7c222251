/* fuzz_gateway.c - calls from outside into the secure world: sessions, pairing, the ear; weak_primitives.c below them.
 * In      libFuzzer's bytes: operations of u8 call, slot, step, count, u8 id, u32 counter, then count bytes. Call 0 lets
 *         time pass, 12 calls the toy, 13 is power off and on, 14 a frame of the microphone, 15 the mute switch,
 *         or what app in the same world may say to the ear
 * Out     aborts when a property breaks: a refusal says nothing but why; no key and no sound that nobody called for comes
 *         out; only pairing and forgetting change the household
 * Run     ASan and UBSan watch the rest; see tests/c/fuzz/README.md */
#include <stdlib.h>
#include <string.h>

#include "fake_port.h"
#include "link/bytes.h"
#include "secure/gateway_serve.h"

enum { PASS_TIME = 0, WAKE = 12, POWER = 13, FRAME = 14, MUTE = 15, HEAD = 9, WINDOW_BYTES = 8, FRAMES_MAX = 2 };

static toy_port_t port;
static toy_vault_t vault;
static toy_ear_t ear;
static _Alignas(8) uint8_t memory[80 * 1024];
static int16_t samples[TOY_FRAME_SAMPLES];
static bool has_frame;
static unsigned frames; /* heard so far: each runs the whole network, which is not what bytes from outside can break */
static bool is_worn;    /* the ring is not as start() left it; canceller and networks live on, as they do in a toy */

static const int16_t *microphone(void)
{
    const int16_t *frame = has_frame && frames++ < FRAMES_MAX ? samples : NULL;
    has_frame = false;
    return frame;
}

static const toy_gateway_t gateway = {&vault, &ear, microphone};

static void demand(int condition)
{
    if (!condition) {
        abort();
    }
}

/* What was heard: each frame the same, and not what the weak primitives make. */
static uint8_t sound(unsigned at) { return (uint8_t)(0x31u + 7u * at); }

static void start(void)
{
    static bool made;
    uint8_t psk[TOY_KEY_BYTES];
    port.now_ms = port.random = 0u;
    memset(port.record_bytes, 0, sizeof port.record_bytes);
    for (unsigned i = 0u; i < sizeof psk; ++i) {
        psk[i] = (uint8_t)(0xA0u + i);
    }
    demand(toy_vault_init(&vault, &port, true) == TOY_OK);
    demand(toy_vault_set_key(&vault, psk) == TOY_OK);
    if (!made) {
        toy_arena_t arena;
        const toy_wake_config_t spotter = {.phrase_blob = toy_wake_phrase_model,
                                           .phrase_bytes = toy_wake_phrase_model_bytes};
        const toy_ear_config_t hearing = {.spotter = &spotter};
        toy_arena_init(&arena, memory, sizeof memory);
        demand(toy_ear_arena_bytes(&hearing) <= sizeof memory && toy_ear_init(&ear, &hearing, &arena) == TOY_OK);
        is_worn = made = true;
    }
    if (is_worn) {
        for (unsigned i = 0u; i < sizeof *ear.sound.frames; ++i) {
            ((uint8_t *)ear.sound.frames)[i] = sound(i);
        }
        for (unsigned i = 1u; i < TOY_EAR_FRAMES; ++i) {
            ear.sound.frames[i] = ear.sound.frames[0];
        }
    }
    ear.open_frames = 0u;
    ear.muted = has_frame = is_worn = false;
    ear.sound.first = 0u;
    ear.sound.next = ear.number = TOY_EAR_FRAMES;
    frames = 0u;
}

static void put_frame(const uint8_t *bytes, size_t count)
{
    for (unsigned i = 0u; i < TOY_FRAME_SAMPLES; ++i) {
        samples[i] = (int16_t)((count > 0u ? bytes[i % count] : 0) * 64);
    }
    has_frame = true;
}

static void touch(uint8_t what)
{
    const toy_ears_t ears = toy_ear_ears(&ear);
    const toy_heed_t heed = {what, what};
    toy_heard_t heard;
    toy_sound_frame_t frame;
    is_worn = true;
    switch (what % 7u) {
    case 0:
    case 1:
        toy_ear_mute(&ear, what % 7u == 0u);
        break;
    case 2:
        ears.called(ears.context);
        break;
    case 3:
        ears.settle(ears.context);
        ears.close(ears.context);
        demand(ears.take(ears.context, what, &frame) == TOY_ERR_AUTH);
        break;
    case 4:
        ears.forget(ears.context);
        break;
    case 5:
        ears.play(ears.context, samples);
        break;
    default:
        if (frames++ < FRAMES_MAX) {
            ears.hear(ears.context, samples, &heed, &heard);
            ear.open_frames = ear.open_frames > 0u ? 1u : 0u; /* the next frame is the last of 75 s */
        }
        break;
    }
}

static bool has(const toy_gateway_block_t *block, const uint8_t *secret)
{
    const uint8_t *bytes = (const uint8_t *)block;
    for (size_t at = 0u; at + WINDOW_BYTES <= sizeof *block; ++at) {
        /* The first byte by hand: a call under ASan for each place would be most of the run's time. */
        if (bytes[at] == secret[0] && memcmp(bytes + at, secret, WINDOW_BYTES) == 0) {
            return true;
        }
    }
    return false;
}

/* psk: the household's before the call, NULL when there was none and its place held zeros. */
static void judge(uint32_t call, const toy_gateway_block_t *out, const uint8_t psk[TOY_KEY_BYTES], bool was_open)
{
    uint8_t heard[WINDOW_BYTES];
    for (unsigned i = 0u; i < sizeof heard; ++i) {
        heard[i] = sound(i);
    }
    toy_gateway_block_t nothing;
    memset(&nothing, 0, sizeof nothing);
    nothing.status = out->status;
    demand(out->status == TOY_OK || memcmp(out, &nothing, sizeof nothing) == 0);
    demand(out->count <= TOY_GATEWAY_BYTES);
    bool echoes = call == TOY_GATEWAY_SEAL || call == TOY_GATEWAY_OPEN; /* the weak seal leaves a body as it is */
    demand(echoes || psk == NULL || !has(out, psk));
    demand(echoes || was_open || !has(out, heard));
    bool may_change = call == TOY_GATEWAY_PAIR || call == TOY_GATEWAY_FORGET;
    if (!may_change || out->status != TOY_OK) {
        demand(psk != NULL ? memcmp(psk, vault.noise.psk, TOY_KEY_BYTES) == 0 : !vault.noise.paired);
    }
}

static void cross(uint32_t call, const uint8_t *data, size_t count)
{
    uint8_t psk[TOY_KEY_BYTES];
    toy_gateway_block_t *block = calloc(1u, sizeof *block); /* of its own, so that ASan sees its ends */
    demand(block != NULL);
    block->slot = data[1];
    block->step = data[2];
    block->count = data[3];
    block->id[0] = data[4];
    block->counter = toy_get_u32(data + 5);
    memcpy(block->bytes, data + HEAD, count < sizeof block->bytes ? count : sizeof block->bytes);
    memcpy(psk, vault.noise.psk, sizeof psk);
    bool was_paired = vault.noise.paired;
    bool was_open = ear.open_frames > 0u;
    is_worn |= call == TOY_GATEWAY_HEAR || call == TOY_GATEWAY_LET_GO;
    toy_gateway_serve(&gateway, call, block);
    judge(call, block, was_paired ? psk : NULL, was_open);
    free(block);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    start();
    while (size >= HEAD) {
        size_t count = data[3] < size - HEAD ? data[3] : size - HEAD;
        switch (data[0]) {
        case PASS_TIME:
            port.now_ms += toy_get_u32(data + 5) % 100000u;
            break;
        case WAKE:
            toy_ear_call(&ear);
            break;
        case POWER:
            toy_ignore(toy_vault_init(&vault, &port, data[1] % 2u == 0u));
            break;
        case FRAME:
            put_frame(data + HEAD, count);
            break;
        case MUTE:
            touch(data[1]);
            break;
        default:
            cross(data[0], data, count);
            break;
        }
        data += HEAD + count;
        size -= HEAD + count;
    }
    return 0;
}
