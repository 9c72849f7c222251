/* message_map.h - between our message structs and zcbor's; messages.c alone uses it.
 * Out     false when a list is too long or a text is not UTF-8
 * Memory  none; texts are not copied */
#ifndef TOY_LINK_MESSAGE_MAP_H
#define TOY_LINK_MESSAGE_MAP_H

#include <stdbool.h>

#include "link/generated/message_types.h"
#include "link/generated/plush_types.h"
#include "link/utf8.h"

bool toy_message_to_zcbor(const toy_message_t *from, struct message_r *to);
bool toy_message_from_zcbor(const struct message_r *from, toy_message_t *to);

static inline bool put_text(const toy_text_t *from, struct zcbor_string *to)
{
    to->value = (const uint8_t *)(from->count == 0u ? "" : from->bytes);
    to->len = from->count;
    return toy_utf8_is_valid(to->value, to->len);
}

static inline bool take_text(const struct zcbor_string *from, toy_text_t *to)
{
    to->bytes = (const char *)from->value;
    to->count = (uint8_t)from->len; /* zcbor held it to the schema's limit, below 256 */
    return toy_utf8_is_valid(from->value, from->len);
}

#endif
