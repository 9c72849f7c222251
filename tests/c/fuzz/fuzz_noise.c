/* fuzz_noise.c - handshakes and frames from outside into the link's cipher, with weak_primitives.c below it.
 * In      libFuzzer's bytes: operations of u8 kind and slot, u8 length, u32 counter, then that many bytes
 * Out     aborts when a property breaks: what is refused changes no session; no counter is sealed twice; a direction's
 *         key moves on by one stretch at most
 * Run     ASan and UBSan watch the rest; see tests/c/fuzz/README.md */
#include <stdlib.h>
#include <string.h>

#include "fake_port.h"
#include "link/bytes.h"
#include "link/packet.h"
#include "secure/noise_cipher.h"

static toy_port_t port;
static toy_noise_cipher_t noise;
static uint64_t lowest[2];

static void demand(int condition)
{
    if (!condition) {
        abort();
    }
}

static toy_status_t run(uint8_t kind, unsigned slot, uint64_t counter, const uint8_t *bytes, size_t count)
{
    static const uint8_t session[8] = {1, 2, 3, 4, 5, 6, 7, 8}, header[4] = {0x40, 1, 2, 3};
    toy_cipher_t cipher = toy_noise_cipher(&noise);
    uint8_t reply[TOY_PACKET_PAYLOAD_MAX_BYTES];
    size_t reply_bytes = 0u, room = count + TOY_TAG_BYTES;
    toy_status_t status = TOY_ERR_ARG;
    uint8_t *body = malloc(room); /* exactly as large, so that ASan sees a write behind it */
    demand(body != NULL);
    memset(body, (int)(counter & 0xFFu), room);
    memcpy(body, bytes, count);
    if (kind == 0u) {
        status = cipher.answer(cipher.context, slot, session, body, count, reply, &reply_bytes);
        demand(status != TOY_OK || reply_bytes == TOY_NOISE_STEP_BYTES);
        lowest[slot] = status == TOY_OK ? 0u : lowest[slot];
    } else if (kind == 1u) {
        status = cipher.seal(cipher.context, slot, counter, header, body, count);
        demand(status != TOY_OK || counter >= lowest[slot]);
        lowest[slot] = status == TOY_OK ? counter + 1u : lowest[slot];
    } else if (kind == 2u) {
        status = cipher.open(cipher.context, slot, counter, header, body, count);
    }
    free(body);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t psk[TOY_KEY_BYTES] = {9};
    toy_noise_cipher_init(&noise, &port, psk);
    lowest[0] = lowest[1] = 0u;
    while (size >= 6u) {
        size_t count = data[1] < size - 6u ? data[1] : size - 6u;
        unsigned slot = data[0] >> 7;
        toy_noise_session_t before[2];
        memcpy(before, noise.sessions, sizeof before);
        if (run(data[0] & 3u, slot, toy_get_u32(data + 2), data + 6, count) != TOY_OK) {
            demand(memcmp(before, noise.sessions, sizeof before) == 0);
        } else if ((data[0] & 3u) != 0u) {
            demand(noise.sessions[slot].sending.generation - before[slot].sending.generation <= 1u);
            demand(noise.sessions[slot].receiving.generation - before[slot].receiving.generation <= 1u);
        }
        demand(memcmp(&before[1u - slot], &noise.sessions[1u - slot], sizeof before[0]) == 0);
        data += 6u + count;
        size -= 6u + count;
    }
    return 0;
}
