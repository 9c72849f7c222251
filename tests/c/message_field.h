/* message_field.h - the shape of the table in generated/message_fields.h, and what tests do with it.
 * Out     random messages within the schema; one line of text for any message, the same that Python prints
 * Memory  the caller's; texts of a random message lie in its text block */
#ifndef TOY_TEST_MESSAGE_FIELD_H
#define TOY_TEST_MESSAGE_FIELD_H

#include <stddef.h>
#include <stdint.h>

#include "link/messages.h"

typedef enum { TOY_FIELD_INT = 1, TOY_FIELD_SIGNED, TOY_FIELD_TEXT, TOY_FIELD_BOOL, TOY_FIELD_LIST } toy_field_kind_t;

typedef struct toy_field {
    const char *name; /* NULL ends the list */
    int kind;
    size_t offset;
    size_t size;
    int64_t low;
    uint64_t high;
    const struct toy_field *inner; /* of a list */
    size_t count_offset;
} toy_field_t;

typedef struct {
    toy_message_type_t type;
    const char *name;
    size_t offset; /* of the union's member */
    const toy_field_t *fields;
} toy_record_t;

#define TOY_MESSAGE_TEXT_BYTES 1024u
#define TOY_MESSAGE_LINE_BYTES 1024u

/* Every field at random: its ends, small values and any value; texts of any UTF-8. Returns the next seed. */
uint64_t toy_message_random(uint64_t seed, toy_message_t *message, char text[TOY_MESSAGE_TEXT_BYTES]);

/* NAME field=value ...; texts as x and hex digits, lists in brackets. Returns the length. */
size_t toy_message_print(const toy_message_t *message, char line[TOY_MESSAGE_LINE_BYTES]);

#endif
