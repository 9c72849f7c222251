/* secure_peer.c - the toy's cryptography for tests/py/test_noise_agree.py.
 * In      u8 operation, u16 count, bytes: 'K' key; 'H' slot, session id, step 1; 'S' and 'O' slot, u32 counter, header,
 *         body; 'G' session (16) and digits; 'E' 32 bytes; 'C' session, the toy's secret, the base's point, digits
 * Out     u8 status (toy_status_t), u16 count, bytes: 'H' step 2; 'S' sealed and 'O' opened body; 'G' generator;
 *         'E' Elligator 2 of the bytes; 'C' the toy's point, its tag, the base's tag and the pairing's key */
#include <stdio.h>
#include <string.h>

#include "fake_port.h"
#include "link/bytes.h"
#include "link/packet.h"
#include "secure/cpace.h"
#include "secure/noise_cipher.h"

static toy_port_t port = {.random = 1u};
static toy_noise_cipher_t noise;
static uint8_t request[1024], answer[1024];
static size_t count, answered;

static toy_status_t frame(uint8_t operation, const toy_cipher_t *cipher)
{
    uint64_t counter = toy_get_u32(request + 1);
    size_t body_bytes = count - 9u;
    memcpy(answer, request + 9, body_bytes);
    if (operation == 'S') {
        answered = body_bytes + TOY_TAG_BYTES;
        return cipher->seal(cipher->context, request[0], counter, request + 5, answer, body_bytes);
    }
    answered = body_bytes - TOY_TAG_BYTES;
    return cipher->open(cipher->context, request[0], counter, request + 5, answer, answered);
}

static toy_status_t pair(void)
{
    const toy_octets_t session = {request, 16u}, digits = {request + 80, count - 80u}, channel = {NULL, 0u};
    uint8_t generator[TOY_KEY_BYTES], isk[TOY_SHA512_BYTES];
    toy_cpace_result_t result;
    TOY_TRY(toy_cpace_generator(digits, channel, session, generator));
    TOY_TRY(toy_x25519(answer, request + 16, generator));
    const toy_cpace_transcript_t said = {.session = session, .base_point = request + 48, .toy_point = answer};
    TOY_TRY(toy_cpace_session_key(&said, request + 16, request + 48, isk));
    toy_cpace_result(isk, session, &result);
    memcpy(answer + 32, result.toy_tag, 32u);
    memcpy(answer + 64, result.base_tag, 32u);
    memcpy(answer + 96, result.psk, 32u);
    answered = 128u;
    return TOY_OK;
}

static toy_status_t serve(uint8_t operation)
{
    toy_cipher_t cipher = toy_noise_cipher(&noise);
    answered = 0u;
    switch (operation) {
    case 'K':
        toy_noise_cipher_init(&noise, &port, request);
        return TOY_OK;
    case 'H':
        return cipher.answer(cipher.context, request[0], request + 1, request + 9, count - 9u, answer, &answered);
    case 'S':
    case 'O':
        return frame(operation, &cipher);
    case 'G':
        answered = TOY_KEY_BYTES;
        return toy_cpace_generator((toy_octets_t){request + 16, count - 16u}, (toy_octets_t){NULL, 0u},
                                   (toy_octets_t){request, 16u}, answer);
    case 'E':
        answered = TOY_KEY_BYTES;
        toy_elligator2(answer, request);
        return TOY_OK;
    case 'C':
        return pair();
    default:
        return TOY_ERR_ARG;
    }
}

int main(void)
{
    uint8_t head[3];
    while (fread(head, 1u, sizeof head, stdin) == sizeof head) {
        count = toy_get_u16(head + 1);
        if (count > sizeof request || fread(request, 1u, count, stdin) != count) {
            return 1;
        }
        head[0] = (uint8_t)serve(head[0]);
        answered = head[0] == 0u ? answered : 0u;
        toy_put_u16(head + 1, (uint16_t)answered);
        fwrite(head, 1u, sizeof head, stdout);
        fwrite(answer, 1u, answered, stdout);
        fflush(stdout);
    }
    return 0;
}
