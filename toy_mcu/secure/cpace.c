#include "secure/cpace.h"

static const uint8_t zeros[TOY_SHA512_BLOCK_BYTES];

static void put(toy_sha512_t *sha, toy_octets_t text) { toy_sha512_update(sha, text.bytes, text.count); }

/* A text with its length before it: one byte, as nothing here is longer than 127. */
static void put_counted(toy_sha512_t *sha, toy_octets_t text)
{
    uint8_t count = (uint8_t)text.count;
    toy_sha512_update(sha, &count, 1u);
    put(sha, text);
}

static toy_octets_t name(const char *bytes, size_t count) { return (toy_octets_t){(const uint8_t *)bytes, count}; }

#define NAME(literal) name((literal), sizeof(literal) - 1u)

toy_status_t toy_cpace_generator(toy_octets_t digits, toy_octets_t channel, toy_octets_t session,
                                 uint8_t generator[TOY_KEY_BYTES])
{
    toy_sha512_t sha;
    uint8_t hash[TOY_SHA512_BYTES];
    const toy_octets_t domain = NAME("CPace255");
    if (digits.count > 64u || channel.count > TOY_CPACE_TEXT_MAX_BYTES || session.count > TOY_CPACE_TEXT_MAX_BYTES) {
        return TOY_ERR_ARG;
    }
    toy_sha512_init(&sha);
    put_counted(&sha, domain);
    put_counted(&sha, digits);
    /* Zeros fill the hash's first block, so that its time says nothing about the digits. */
    put_counted(&sha, (toy_octets_t){zeros, sizeof zeros - 1u - (domain.count + 1u) - (digits.count + 1u)});
    put_counted(&sha, channel);
    put_counted(&sha, session);
    toy_sha512_final(&sha, hash);
    toy_elligator2(generator, hash);
    toy_wipe(hash, sizeof hash);
    return TOY_OK;
}

toy_status_t toy_cpace_session_key(const toy_cpace_transcript_t *transcript, const uint8_t secret[TOY_KEY_BYTES],
                                   const uint8_t theirs[TOY_KEY_BYTES], uint8_t isk[TOY_SHA512_BYTES])
{
    toy_sha512_t sha;
    uint8_t shared[TOY_KEY_BYTES];
    if (transcript->session.count > TOY_CPACE_TEXT_MAX_BYTES || transcript->base_data.count > TOY_CPACE_TEXT_MAX_BYTES ||
        transcript->toy_data.count > TOY_CPACE_TEXT_MAX_BYTES) {
        return TOY_ERR_ARG;
    }
    TOY_TRY(toy_x25519(shared, secret, theirs));
    toy_sha512_init(&sha);
    put_counted(&sha, NAME("CPace255_ISK"));
    put_counted(&sha, transcript->session);
    put_counted(&sha, (toy_octets_t){shared, sizeof shared});
    put_counted(&sha, (toy_octets_t){transcript->base_point, TOY_KEY_BYTES});
    put_counted(&sha, transcript->base_data);
    put_counted(&sha, (toy_octets_t){transcript->toy_point, TOY_KEY_BYTES});
    put_counted(&sha, transcript->toy_data);
    toy_sha512_final(&sha, isk);
    toy_wipe(shared, sizeof shared);
    return TOY_OK;
}

static void derive(const uint8_t isk[TOY_SHA512_BYTES], toy_octets_t session, toy_octets_t purpose, uint8_t key[32])
{
    toy_sha512_t sha;
    uint8_t hash[TOY_SHA512_BYTES];
    toy_sha512_init(&sha);
    put_counted(&sha, purpose);
    put_counted(&sha, session);
    put(&sha, (toy_octets_t){isk, TOY_SHA512_BYTES});
    toy_sha512_final(&sha, hash);
    for (unsigned i = 0u; i < 32u; ++i) {
        key[i] = hash[i];
    }
    toy_wipe(hash, sizeof hash);
}

void toy_cpace_result(const uint8_t isk[TOY_SHA512_BYTES], toy_octets_t session, toy_cpace_result_t *result)
{
    derive(isk, session, NAME("plush pairing key"), result->psk);
    derive(isk, session, NAME("plush pairing base"), result->base_tag);
    derive(isk, session, NAME("plush pairing toy"), result->toy_tag);
}
