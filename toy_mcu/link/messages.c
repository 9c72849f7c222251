#include "link/messages.h"

#include <string.h>

#include "link/generated/plush_decode.h"
#include "link/generated/plush_encode.h"
#include "link/message_map.h"

toy_status_t toy_message_encode(const toy_message_t *message, uint8_t *bytes, size_t room, size_t *count)
{
    /* The schema keeps every message within the limit, so with this much room zcbor fails on values alone. */
    uint8_t whole[TOY_MESSAGE_MAX_BYTES];
    struct message_r raw;
    size_t used = 0u;
    if (!toy_message_to_zcbor(message, &raw)) {
        return TOY_ERR_ARG;
    }
    if (cbor_encode_message(whole, sizeof whole, &raw, &used) != ZCBOR_SUCCESS) {
        return TOY_ERR_ARG;
    }
    if (used > room) {
        return TOY_ERR_MEMORY;
    }
    memcpy(bytes, whole, used);
    *count = used;
    return TOY_OK;
}

toy_status_t toy_message_decode(const uint8_t *bytes, size_t count, toy_message_t *message)
{
    struct message_r raw;
    size_t used = 0u;
    if (count == 0u || cbor_decode_message(bytes, count, &raw, &used) != ZCBOR_SUCCESS || used != count) {
        return TOY_ERR_FORMAT;
    }
    return toy_message_from_zcbor(&raw, message) ? TOY_OK : TOY_ERR_FORMAT;
}

toy_text_t toy_text(const char *terminated, uint8_t limit_bytes)
{
    uint8_t count = 0u;
    while (count < limit_bytes && terminated[count] != '\0') {
        ++count;
    }
    if (terminated[count] != '\0') {
        while (count > 0u && ((uint8_t)terminated[count] & 0xC0u) == 0x80u) {
            --count; /* in the middle of a character */
        }
    }
    return (toy_text_t){.bytes = terminated, .count = count};
}

void toy_text_copy(toy_text_t text, char *buffer, size_t room)
{
    size_t count = text.count < room ? text.count : room - 1u;
    while (count > 0u && count < text.count && ((uint8_t)text.bytes[count] & 0xC0u) == 0x80u) {
        --count;
    }
    if (count > 0u) {
        memcpy(buffer, text.bytes, count);
    }
    buffer[count] = '\0';
}
