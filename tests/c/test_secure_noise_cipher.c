/* The link's cipher: what is refused, when keys change, and (lines `task NAME ...`) what it costs on the Cortex-M33. */
#include "fake_port.h"
#include "link/packet.h"
#include "secure/noise_cipher.h"
#include "secure_hex.h"
#include "toy_test.h"

#ifdef TOY_ON_QEMU
#include "qemu_an505/instructions.h"
#else
static uint64_t qemu_instructions(void) { return 0u; }
#endif

enum { BODY_BYTES = 176, MOST_HANDSHAKE = 3500000, MOST_SEAL = 30000 }; /* 180 with the header */

static toy_port_t port;
static toy_noise_cipher_t noise;
static toy_cipher_t cipher;
static uint8_t psk[32], reply[TOY_PACKET_PAYLOAD_MAX_BYTES], body[BODY_BYTES + 16], copy[BODY_BYTES + 16];
static size_t reply_bytes;
static const uint8_t session[8] = {'s', 'e', 's', 's', 'i', 'o', 'n', '!'};
static const uint8_t header[4] = {0x40, 7, 0, 0};

/* Step 1 of base_station/link/noise.py with psk 0..31, this session and the secret 32 times 0x42. */
static const char request_hex[] =
    "132c442be010fbd57e72603328aa76e71fccc1503aae219327d14d9c9993f4722cd15aa9829004edab097c009ce39aff";

static uint8_t request[48];

static void start(void)
{
    for (uint8_t i = 0u; i < 32u; ++i) {
        psk[i] = i;
    }
    secure_hex(request_hex, request);
    toy_noise_cipher_init(&noise, &port, psk);
    cipher = toy_noise_cipher(&noise);
}

static toy_status_t ask(unsigned slot, const uint8_t id[8], const uint8_t *text, size_t count)
{
    return cipher.answer(cipher.context, slot, id, text, count, reply, &reply_bytes);
}

static toy_status_t seal(uint64_t counter) { return cipher.seal(cipher.context, 0u, counter, header, body, BODY_BYTES); }
static toy_status_t open(uint64_t counter) { return cipher.open(cipher.context, 0u, counter, header, body, BODY_BYTES); }

/* As the base would: what the toy sealed opens under the toy's sending key. */
static void mirror(void)
{
    toy_noise_direction_t sending = noise.sessions[0].sending;
    noise.sessions[0].sending = noise.sessions[0].receiving;
    noise.sessions[0].receiving = sending;
}

static void step_1_of_the_base_is_answered(void)
{
    start();
    TOY_CHECK_INT(ask(0u, session, request, sizeof request), TOY_OK);
    TOY_CHECK_INT(reply_bytes, TOY_NOISE_STEP_BYTES);
    TOY_CHECK(memcmp(noise.sessions[0].sending.key, noise.sessions[0].receiving.key, 32u) != 0);
    uint8_t first[48];
    memcpy(first, reply, sizeof first);
    TOY_CHECK_INT(ask(1u, session, request, sizeof request), TOY_OK); /* replayed: other keys, since ours is fresh */
    TOY_CHECK(memcmp(first, reply, sizeof first) != 0);
    TOY_CHECK(memcmp(noise.sessions[0].sending.key, noise.sessions[1].sending.key, 32u) != 0);
}

static void a_refused_step_1_leaves_the_session(void)
{
    toy_noise_session_t before = noise.sessions[0];
    static const uint8_t another[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    uint8_t long_request[49] = {0};
    TOY_CHECK_INT(ask(0u, another, request, sizeof request), TOY_ERR_AUTH);
    TOY_CHECK_INT(ask(0u, session, request, 47u), TOY_ERR_AUTH);
    TOY_CHECK_INT(ask(0u, session, request, 0u), TOY_ERR_AUTH);
    memcpy(long_request, request, sizeof request);
    TOY_CHECK_INT(ask(0u, session, long_request, 49u), TOY_ERR_AUTH);
    request[40] ^= 1u;
    TOY_CHECK_INT(ask(0u, session, request, sizeof request), TOY_ERR_AUTH);
    request[40] ^= 1u;
    port.random_refuses = true;
    TOY_CHECK_INT(ask(0u, session, request, sizeof request), TOY_ERR_PORT);
    port.random_refuses = false;
    TOY_CHECK(memcmp(&before, &noise.sessions[0], sizeof before) == 0);
}

static void every_flipped_bit_is_noticed(void)
{
    for (size_t i = 0u; i < BODY_BYTES; ++i) {
        body[i] = (uint8_t)(i * 7u);
    }
    TOY_CHECK_INT(seal(0u), TOY_OK);
    TOY_CHECK_INT(open(0u), TOY_ERR_AUTH); /* reflected */
    mirror();
    memcpy(copy, body, sizeof copy);
    for (size_t bit = 0u; bit < 8u * sizeof body; bit += 5u) {
        body[bit / 8u] ^= (uint8_t)(1u << bit % 8u);
        TOY_CHECK_INT(open(0u), TOY_ERR_AUTH);
        memcpy(body, copy, sizeof copy);
    }
    const uint8_t other_header[4] = {0x40, 8, 0, 0};
    TOY_CHECK_INT(cipher.open(cipher.context, 0u, 0u, other_header, body, BODY_BYTES), TOY_ERR_AUTH);
    TOY_CHECK_INT(open(1u), TOY_ERR_AUTH);
    TOY_CHECK_INT(open(0u), TOY_OK);
    for (size_t i = 0u; i < BODY_BYTES; ++i) {
        TOY_CHECK_INT(body[i], (uint8_t)(i * 7u));
    }
    mirror();
}

static void a_counter_is_sealed_once(void)
{
    TOY_CHECK_INT(seal(5u), TOY_OK);
    TOY_CHECK_INT(seal(5u), TOY_ERR_STATE);
    TOY_CHECK_INT(seal(4u), TOY_ERR_STATE);
}

static void keys_change_every_65536_frames(void)
{
    uint8_t late[sizeof body], late_copy[sizeof body];
    toy_noise_direction_t receiving = noise.sessions[0].sending;
    TOY_CHECK_INT(seal(65535u), TOY_OK);
    memcpy(late, body, sizeof late);
    TOY_CHECK_INT(seal(65536u), TOY_OK);
    TOY_CHECK_INT(noise.sessions[0].sending.generation, 1);
    noise.sessions[0].receiving = receiving;
    body[3] ^= 1u;
    TOY_CHECK_INT(open(65536u), TOY_ERR_AUTH);
    TOY_CHECK_INT(noise.sessions[0].receiving.generation, 0); /* a forged frame changes no key */
    body[3] ^= 1u;
    TOY_CHECK_INT(open(65536u), TOY_OK);
    memcpy(late_copy, late, sizeof late);
    memcpy(body, late, sizeof late);
    TOY_CHECK_INT(open(65535u), TOY_OK);
    TOY_CHECK_INT(open(3u * 65536u), TOY_ERR_AUTH);
    TOY_CHECK_INT(seal(4u * 65536u), TOY_ERR_STATE);
    TOY_CHECK_INT(seal(131072u), TOY_OK);
    TOY_CHECK_INT(open(131072u), TOY_OK);
    memcpy(body, late_copy, sizeof late);
    TOY_CHECK_INT(open(65535u), TOY_ERR_AUTH); /* its key is gone */
}

static void without_a_pairing_nothing_is_answered(void)
{
    toy_noise_cipher_pair(&noise, NULL);
    TOY_CHECK_INT(ask(0u, session, request, sizeof request), TOY_ERR_AUTH);
    TOY_CHECK_INT(seal(200000u), TOY_ERR_STATE);
    TOY_CHECK_INT(open(0u), TOY_ERR_AUTH);
    static const uint8_t zero[sizeof(toy_noise_session_t) * 2u];
    TOY_CHECK_BYTES(noise.sessions, zero, sizeof noise.sessions);
    TOY_CHECK_BYTES(noise.psk, zero, sizeof noise.psk);
}

static void costs_stay_in_the_budget(void)
{
    start();
    uint64_t began = qemu_instructions();
    TOY_CHECK_INT(ask(0u, session, request, sizeof request), TOY_OK);
    uint64_t handshake = qemu_instructions() - began;
    uint64_t before_seal = qemu_instructions();
    TOY_CHECK_INT(seal(0u), TOY_OK);
    uint64_t sealing = qemu_instructions() - before_seal;
    mirror();
    uint64_t before_open = qemu_instructions();
    TOY_CHECK_INT(open(0u), TOY_OK);
    uint64_t opening = qemu_instructions() - before_open;
    printf("task noise_handshake frames=1 mean=%u most=%u\n", (unsigned)handshake, (unsigned)handshake);
    printf("task noise_seal frames=1 mean=%u most=%u\n", (unsigned)sealing, (unsigned)sealing);
    printf("task noise_open frames=1 mean=%u most=%u\n", (unsigned)opening, (unsigned)opening);
    TOY_CHECK(handshake <= MOST_HANDSHAKE);
    TOY_CHECK(sealing <= MOST_SEAL);
    TOY_CHECK(opening <= MOST_SEAL);
}

int main(void)
{
    TOY_RUN(step_1_of_the_base_is_answered);
    TOY_RUN(a_refused_step_1_leaves_the_session);
    TOY_RUN(every_flipped_bit_is_noticed);
    TOY_RUN(a_counter_is_sealed_once);
    TOY_RUN(keys_change_every_65536_frames);
    TOY_RUN(without_a_pairing_nothing_is_answered);
    TOY_RUN(costs_stay_in_the_budget);
    TOY_DONE();
}
