/* The handshake against cacophony's published vector, the primitives against RFC 7748, 8439 and 7693. */
#include "secure/noise.h"
#include "secure_hex.h"
#include "toy_test.h"

static const struct {
    const char *payload, *sealed;
} messages[] = {
    {"4c756477696720766f6e204d69736573",
     "ca35def5ae56cec33dc2036731ab14896bc4c75dbb07a61f879f8e3afa4c7944ed63df2f5a12aee1185ee9c5"
     "0305f2ecf12421dcb53c047a63b784cf7c54a105"},
    {"4d757272617920526f746862617264",
     "95ebc60d2b1fa672c1f46a8aa265ef51bfe38e7ccb39ec5be34069f1448088430e0fe7d5c0c9b92f7478716c"
     "8852f1b4f389edb75e3ebe546fafafd5b6f0f7"},
    {"462e20412e20486179656b",
     "0fe04b26dcfbb69f8a6a94c61f1a26ef88769218d32f5d17c068a6"},
    {"4361726c204d656e676572",
     "2239e0c540c01f09eb1f4cc5258fd5acfefff18a5a3773f21b7bfe"},
    {"4a65616e2d426170746973746520536179",
     "f216cb03d30fb8af1e561fe02a07552d09b416e27a75e62c77d193718b0bdaae9f"},
    {"457567656e2042f6686d20766f6e2042617765726b",
     "6e8baf98b944184dd7dc5ef14d8108cbeca626de118a5460f3308e294d61e17238bce29bd9"},
};

static const char psk_hex[] = "54686973206973206d7920417573747269616e20706572737065637469766521";
static const char secret_hex[] = "bbdb4cdbd309f1a1f2e1456967fe288cadd6f712d65dc7b7793d5e63da6b375b";
static const char hash_hex[] =
    "ed5e9692d0ab507b6c2beec3f584fd5b127817a9d20b26cd50aa72c507260fa31aa7d88dd3723316338af37c"
     "e0b4cfb2923aeb848bbf2b934911306f01ffc963";

static uint8_t psk[32], secret[32], request[128], reply[128], expected[128], body[128];
static size_t request_bytes, reply_bytes;
static toy_noise_keys_t keys;

static toy_status_t respond(void)
{
    static uint8_t prologue[16], payload[32];
    secure_hex(psk_hex, psk);
    secure_hex(secret_hex, secret);
    const toy_noise_input_t input = {.psk = psk,
                                     .secret = secret,
                                     .prologue = {prologue, secure_hex("4a6f686e2047616c74", prologue)},
                                     .payload = {payload, secure_hex(messages[1].payload, payload)}};
    return toy_noise_respond(&input, request, request_bytes, reply, &reply_bytes, &keys);
}

static void the_published_handshake(void)
{
    request_bytes = secure_hex(messages[0].sealed, request);
    TOY_CHECK_INT(respond(), TOY_OK);
    size_t count = secure_hex(messages[0].payload, expected);
    TOY_CHECK_BYTES(request + 32, expected, count);
    TOY_CHECK_INT(reply_bytes, secure_hex(messages[1].sealed, expected));
    TOY_CHECK_BYTES(reply, expected, reply_bytes);
    secure_hex(hash_hex, expected);
    TOY_CHECK_BYTES(keys.hash, expected, sizeof keys.hash);
}

static void the_published_messages(void)
{
    const toy_octets_t nothing = {NULL, 0u};
    for (unsigned i = 2u; i < sizeof messages / sizeof messages[0]; ++i) {
        size_t count = secure_hex(messages[i].payload, body);
        const uint8_t *key = i % 2u == 0u ? keys.from_base : keys.from_toy;
        toy_aead_seal(key, (i - 2u) / 2u, nothing, body, count);
        TOY_CHECK_INT(count + TOY_TAG_BYTES, secure_hex(messages[i].sealed, expected));
        TOY_CHECK_BYTES(body, expected, count + TOY_TAG_BYTES);
        TOY_CHECK_INT(toy_aead_open(key, (i - 2u) / 2u, nothing, body, count), TOY_OK);
        secure_hex(messages[i].payload, expected);
        TOY_CHECK_BYTES(body, expected, count);
    }
}

static void a_changed_byte_of_step_1_is_refused(void)
{
    size_t whole = secure_hex(messages[0].sealed, request);
    for (size_t at = 0u; at < whole; ++at) {
        request_bytes = secure_hex(messages[0].sealed, request);
        request[at] ^= 0x10u;
        TOY_CHECK_INT(respond(), TOY_ERR_AUTH);
    }
    secure_hex(messages[0].sealed, request);
    for (request_bytes = 0u; request_bytes < whole; ++request_bytes) {
        TOY_CHECK_INT(respond(), TOY_ERR_AUTH);
        secure_hex(messages[0].sealed, request);
    }
}

static void x25519_of_rfc_7748(void)
{
    uint8_t point[32], shared[32];
    secure_hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a", secret);
    secure_hex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a", expected);
    toy_x25519_public(point, secret);
    TOY_CHECK_BYTES(point, expected, 32u);
    secure_hex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f", point);
    secure_hex("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742", expected);
    TOY_CHECK_INT(toy_x25519(shared, secret, point), TOY_OK);
    TOY_CHECK_BYTES(shared, expected, 32u);
    memset(point, 0, sizeof point);
    TOY_CHECK_INT(toy_x25519(shared, secret, point), TOY_ERR_AUTH);
    point[0] = 1u;
    TOY_CHECK_INT(toy_x25519(shared, secret, point), TOY_ERR_AUTH);
}

static void blake2b_of_rfc_7693(void)
{
    uint8_t hash[64];
    toy_blake2b(hash, (toy_octets_t){(const uint8_t *)"a", 1u}, (toy_octets_t){(const uint8_t *)"bc", 2u});
    secure_hex("ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
               "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923",
               expected);
    TOY_CHECK_BYTES(hash, expected, 64u);
}

static void the_key_changes_as_the_specification_says(void)
{
    uint8_t key[32], before[32], sealed[48] = {0};
    memset(key, 7, sizeof key);
    memcpy(before, key, sizeof key);
    toy_noise_rekey(key);
    toy_aead_seal(before, UINT64_MAX, (toy_octets_t){NULL, 0u}, sealed, 32u);
    TOY_CHECK_BYTES(key, sealed, 32u);
    TOY_CHECK(memcmp(key, before, 32u) != 0);
}

int main(void)
{
    TOY_RUN(the_published_handshake);
    TOY_RUN(the_published_messages);
    TOY_RUN(a_changed_byte_of_step_1_is_refused);
    TOY_RUN(x25519_of_rfc_7748);
    TOY_RUN(blake2b_of_rfc_7693);
    TOY_RUN(the_key_changes_as_the_specification_says);
    TOY_DONE();
}
