/* messages.h - control messages to CBOR and back; the types are made from protocol/plush.cddl.
 * In      encode: a toy_message_t; decode: the bytes of one message (without the type byte before it)
 * Out     encode: at most TOY_MESSAGE_MAX_BYTES; decode: a toy_message_t
 * Memory  about 1 KB of stack; decoded texts point into the decoded bytes and live as long as these
 * Errors  TOY_ERR_ARG a value outside the schema, or a text that is not UTF-8, when encoding; TOY_ERR_MEMORY no room;
 *         TOY_ERR_FORMAT bytes that are not exactly the shortest encoding of one message */
#ifndef TOY_LINK_MESSAGES_H
#define TOY_LINK_MESSAGES_H

#include <stddef.h>

#include "base/status.h"
#include "link/generated/message_types.h"

TOY_MUST_USE toy_status_t toy_message_encode(const toy_message_t *message, uint8_t *bytes, size_t room,
                                             size_t *count);
TOY_MUST_USE toy_status_t toy_message_decode(const uint8_t *bytes, size_t count, toy_message_t *message);

/* A terminated string as a text; cut at the last whole character within limit_bytes (64 for short texts and so on). */
toy_text_t toy_text(const char *terminated, uint8_t limit_bytes);

/* Copies a text into a terminated buffer, cut to fit. */
void toy_text_copy(toy_text_t text, char *buffer, size_t room);

#endif
