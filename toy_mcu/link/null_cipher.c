#include "link/null_cipher.h"

#include <string.h>

#include "link/packet.h"

static const uint8_t zero_tag[TOY_PACKET_TAG_BYTES];

static toy_status_t answer(void *context, unsigned slot, const uint8_t session[8], const uint8_t *request,
                           size_t request_bytes, uint8_t *reply, size_t *reply_bytes)
{
    (void)context;
    (void)slot;
    (void)session;
    (void)request;
    (void)reply;
    *reply_bytes = 0u;
    return request_bytes == 0u ? TOY_OK : TOY_ERR_AUTH; /* the other side wants a real cipher */
}

static toy_status_t seal(void *context, unsigned slot, uint64_t counter, const uint8_t header[4], uint8_t *body,
                         size_t body_bytes)
{
    (void)context;
    (void)slot;
    (void)counter;
    (void)header;
    memcpy(body + body_bytes, zero_tag, sizeof zero_tag);
    return TOY_OK;
}

static toy_status_t open(void *context, unsigned slot, uint64_t counter, const uint8_t header[4], uint8_t *body,
                         size_t body_bytes)
{
    (void)context;
    (void)slot;
    (void)counter;
    (void)header;
    return memcmp(body + body_bytes, zero_tag, sizeof zero_tag) == 0 ? TOY_OK : TOY_ERR_AUTH;
}

toy_cipher_t toy_null_cipher(void)
{
    return (toy_cipher_t){.context = NULL, .answer = answer, .seal = seal, .open = open};
}
