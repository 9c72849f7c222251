#include "generated/message_fields.h"

#include <stdio.h>
#include <string.h>

static uint64_t step(uint64_t *seed)
{
    *seed += UINT64_C(0x9E3779B97F4A7C15); /* splitmix64 */
    uint64_t z = *seed;
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static uint64_t any(uint64_t *seed, uint64_t span)
{
    uint64_t value = step(seed);
    switch (step(seed) % 4u) {
    case 0:
        return value % 2u == 0u ? 0u : span;
    case 1:
        return value % 300u <= span ? value % 300u : span;
    default:
        return span == UINT64_MAX ? value : value % (span + 1u);
    }
}

/* Fills exactly count bytes with whole UTF-8 characters of one to four bytes. */
static void random_text(uint64_t *seed, char *text, size_t count)
{
    static const char *const pieces[4] = {"a", "\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\x90\xBB"};
    size_t at = 0u;
    while (at < count) {
        size_t length = 1u + (size_t)(step(seed) % 4u);
        if (length > count - at) {
            length = 1u;
        }
        memcpy(text + at, pieces[length - 1u], length);
        if (length == 1u) {
            text[at] = (char)(step(seed) % 128u);
        }
        at += length;
    }
}

static void put(uint8_t *at, size_t size, uint64_t value)
{
    uint8_t one = (uint8_t)value;
    uint16_t two = (uint16_t)value;
    uint32_t four = (uint32_t)value;
    const void *from = size == 1u ? (void *)&one : size == 2u ? (void *)&two : size == 4u ? (void *)&four : &value;
    memcpy(at, from, size);
}

static uint64_t get(const uint8_t *at, size_t size, int is_signed)
{
    uint8_t one = 0;
    uint16_t two = 0;
    uint32_t four = 0;
    uint64_t value = 0;
    void *to = size == 1u ? (void *)&one : size == 2u ? (void *)&two : size == 4u ? (void *)&four : &value;
    memcpy(to, at, size);
    if (is_signed) {
        return (uint64_t)(size == 1u ? (int8_t)one : size == 2u ? (int16_t)two : size == 4u ? (int32_t)four
                                                                                           : (int64_t)value);
    }
    return size == 1u ? one : size == 2u ? two : size == 4u ? four : value;
}

static void fill(uint64_t *seed, const toy_field_t *field, uint8_t *base, char **text)
{
    for (; field->name != NULL; ++field) {
        uint8_t *at = base + field->offset;
        uint64_t value = (uint64_t)field->low + any(seed, field->high - (uint64_t)field->low);
        if (field->kind == TOY_FIELD_TEXT) {
            random_text(seed, *text, (size_t)value);
            toy_text_t made = {.bytes = *text, .count = (uint8_t)value};
            memcpy(at, &made, sizeof made);
            *text += value;
        } else if (field->kind == TOY_FIELD_BOOL) {
            *(bool *)at = step(seed) % 2u == 0u;
        } else if (field->kind == TOY_FIELD_LIST) {
            base[field->count_offset] = (uint8_t)value;
            for (uint64_t i = 0u; i < value; ++i) {
                fill(seed, field->inner, at + i * field->size, text);
            }
        } else {
            put(at, field->size, value);
        }
    }
}

uint64_t toy_message_random(uint64_t seed, toy_message_t *message, char text[TOY_MESSAGE_TEXT_BYTES])
{
    const toy_record_t *record = &toy_records[step(&seed) % (sizeof toy_records / sizeof toy_records[0])];
    memset(message, 0, sizeof *message);
    message->type = record->type;
    fill(&seed, record->fields, (uint8_t *)message + record->offset, &text);
    return seed;
}

static size_t print_fields(const toy_field_t *field, const uint8_t *base, char *line, size_t room)
{
    size_t used = 0u;
    for (; field->name != NULL; ++field) {
        const uint8_t *at = base + field->offset;
        used += (size_t)snprintf(line + used, room - used, " %s=", field->name);
        if (field->kind == TOY_FIELD_TEXT) {
            toy_text_t text;
            memcpy(&text, at, sizeof text);
            used += (size_t)snprintf(line + used, room - used, "x");
            for (size_t i = 0u; i < text.count; ++i) {
                used += (size_t)snprintf(line + used, room - used, "%02x", (uint8_t)text.bytes[i]);
            }
        } else if (field->kind == TOY_FIELD_BOOL) {
            used += (size_t)snprintf(line + used, room - used, "%d", *(const bool *)at);
        } else if (field->kind == TOY_FIELD_LIST) {
            used += (size_t)snprintf(line + used, room - used, "[");
            for (size_t i = 0u; i < base[field->count_offset]; ++i) {
                used += print_fields(field->inner, at + i * field->size, line + used, room - used);
                used += (size_t)snprintf(line + used, room - used, ";");
            }
            used += (size_t)snprintf(line + used, room - used, "]");
        } else if (field->kind == TOY_FIELD_SIGNED) {
            used += (size_t)snprintf(line + used, room - used, "%lld", (long long)get(at, field->size, 1));
        } else {
            used += (size_t)snprintf(line + used, room - used, "%llu", (unsigned long long)get(at, field->size, 0));
        }
    }
    return used;
}

size_t toy_message_print(const toy_message_t *message, char line[TOY_MESSAGE_LINE_BYTES])
{
    for (size_t i = 0u; i < sizeof toy_records / sizeof toy_records[0]; ++i) {
        if (toy_records[i].type == message->type) {
            size_t used = (size_t)snprintf(line, TOY_MESSAGE_LINE_BYTES, "%s", toy_records[i].name);
            const uint8_t *base = (const uint8_t *)message + toy_records[i].offset;
            return used + print_fields(toy_records[i].fields, base, line + used, TOY_MESSAGE_LINE_BYTES - used);
        }
    }
    return 0u;
}
