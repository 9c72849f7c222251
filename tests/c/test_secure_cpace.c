/* CPace against the vectors of draft-irtf-cfrg-cpace, appendix on X25519 with SHA-512; SHA-512 against FIPS 180-4. */
#include "secure/cpace.h"
#include "secure_hex.h"
#include "toy_test.h"

static uint8_t expected[128], session[16], base_secret[32], toy_secret[32], generator[32], base_point[32], toy_point[32];

static toy_octets_t text(const char *bytes) { return (toy_octets_t){(const uint8_t *)bytes, strlen(bytes)}; }

static void sha512_of_fips_180(void)
{
    toy_sha512_t sha;
    uint8_t hash[64];
    toy_sha512_init(&sha);
    toy_sha512_update(&sha, "abc", 3u);
    toy_sha512_final(&sha, hash);
    secure_hex("ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
               "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
               expected);
    TOY_CHECK_BYTES(hash, expected, 64u);
    toy_sha512_init(&sha);
    toy_sha512_update(&sha, "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn", 56u);
    toy_sha512_update(&sha, "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu", 56u);
    toy_sha512_final(&sha, hash);
    secure_hex("8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018"
               "501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909",
               expected);
    TOY_CHECK_BYTES(hash, expected, 64u);
}

static void the_generator_of_the_draft(void)
{
    secure_hex("7e4b4791d6a8ef019b936c79fb7f2c57", session);
    TOY_CHECK_INT(toy_cpace_generator(text("Password"), text("\x0b" "A_initiator" "\x0b" "B_responder"),
                                      (toy_octets_t){session, 16u}, generator),
                  TOY_OK);
    secure_hex("d04bf6d41f6a289632a2e929fa29bebd51092512a7829fdde7d314b62f05a73f", expected);
    TOY_CHECK_BYTES(generator, expected, 32u);
}

static void the_messages_of_the_draft(void)
{
    secure_hex("21b4f4bd9e64ed355c3eb676a28ebedaf6d8f17bdc365995b319097153044080", base_secret);
    secure_hex("848b0779ff415f0af4ea14df9dd1d3c29ac41d836c7808896c4eba19c51ac40a", toy_secret);
    TOY_CHECK_INT(toy_x25519(base_point, base_secret, generator), TOY_OK);
    TOY_CHECK_INT(toy_x25519(toy_point, toy_secret, generator), TOY_OK);
    secure_hex("1d13c89278cdadd826f6d8d7f887701430f8380ddc17611cdd6dc989ce0c9f32", expected);
    TOY_CHECK_BYTES(base_point, expected, 32u);
    secure_hex("248cccf6d5cdc3646f0ad593f9e6cef4e69d4945f8372e623512ecea32185623", expected);
    TOY_CHECK_BYTES(toy_point, expected, 32u);
}

static toy_cpace_transcript_t transcript(void)
{
    return (toy_cpace_transcript_t){.session = {session, 16u},
                                    .base_point = base_point,
                                    .toy_point = toy_point,
                                    .base_data = text("ADa"),
                                    .toy_data = text("ADb")};
}

static void the_session_key_of_the_draft(void)
{
    uint8_t isk[64], theirs[64];
    const toy_cpace_transcript_t said = transcript();
    TOY_CHECK_INT(toy_cpace_session_key(&said, base_secret, toy_point, isk), TOY_OK);
    TOY_CHECK_INT(toy_cpace_session_key(&said, toy_secret, base_point, theirs), TOY_OK);
    secure_hex("6e19b875f7a561d6b3ca3dbb9ef42ac55de3e717881018204b8922b4d5e53bb2"
               "aa82c300bea7b65d2b671da71922ddf6472301b79bc270adfa8bf413285f2263",
               expected);
    TOY_CHECK_BYTES(isk, expected, 64u);
    TOY_CHECK_BYTES(theirs, expected, 64u);
}

static void points_of_low_order_are_refused(void)
{
    static const char *const worthless[] = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    };
    uint8_t point[32], isk[64];
    const toy_cpace_transcript_t said = transcript();
    for (unsigned i = 0u; i < sizeof worthless / sizeof worthless[0]; ++i) {
        secure_hex(worthless[i], point);
        TOY_CHECK_INT(toy_cpace_session_key(&said, base_secret, point, isk), TOY_ERR_AUTH);
    }
    secure_hex("daffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", point);
    uint8_t secret[32], shared[32];
    secure_hex("af46e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449aff", secret);
    TOY_CHECK_INT(toy_x25519(shared, secret, point), TOY_OK);
    secure_hex("d8e2c776bbacd510d09fd9278b7edcd25fc5ae9adfba3b6e040e8d3b71b21806", expected);
    TOY_CHECK_BYTES(shared, expected, 32u);
}

static void other_digits_give_another_key(void)
{
    uint8_t other[32], point[32], isk[64], theirs[64];
    toy_cpace_result_t ours, wrong;
    const toy_cpace_transcript_t said = transcript();
    TOY_CHECK_INT(toy_cpace_generator(text("Passwore"), text(""), (toy_octets_t){session, 16u}, other), TOY_OK);
    TOY_CHECK_INT(toy_x25519(point, toy_secret, other), TOY_OK);
    TOY_CHECK_INT(toy_cpace_session_key(&said, base_secret, toy_point, isk), TOY_OK);
    TOY_CHECK_INT(toy_cpace_session_key(&said, base_secret, point, theirs), TOY_OK);
    toy_cpace_result(isk, (toy_octets_t){session, 16u}, &ours);
    toy_cpace_result(theirs, (toy_octets_t){session, 16u}, &wrong);
    TOY_CHECK(!toy_same_32(ours.psk, wrong.psk));
    TOY_CHECK(!toy_same_32(ours.base_tag, wrong.base_tag));
    TOY_CHECK(!toy_same_32(ours.base_tag, ours.toy_tag));
    TOY_CHECK(!toy_same_32(ours.psk, ours.toy_tag));
}

static void a_text_too_long_is_an_error(void)
{
    static uint8_t much[101];
    TOY_CHECK_INT(toy_cpace_generator(text("1"), (toy_octets_t){much, 101u}, (toy_octets_t){session, 16u}, generator),
                  TOY_ERR_ARG);
    TOY_CHECK_INT(toy_cpace_generator((toy_octets_t){much, 65u}, text(""), (toy_octets_t){session, 16u}, generator),
                  TOY_ERR_ARG);
    toy_cpace_transcript_t said = transcript();
    uint8_t isk[64];
    said.toy_data = (toy_octets_t){much, sizeof much};
    TOY_CHECK_INT(toy_cpace_session_key(&said, base_secret, toy_point, isk), TOY_ERR_ARG);
}

int main(void)
{
    TOY_RUN(sha512_of_fips_180);
    TOY_RUN(the_generator_of_the_draft);
    TOY_RUN(the_messages_of_the_draft);
    TOY_RUN(the_session_key_of_the_draft);
    TOY_RUN(points_of_low_order_are_refused);
    TOY_RUN(other_digits_give_another_key);
    TOY_RUN(a_text_too_long_is_an_error);
    TOY_DONE();
}
