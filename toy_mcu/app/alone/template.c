#include "app/alone/template.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    char *text;
    size_t used, room;
    bool begins; /* the next letter begins a sentence */
} writer_t;

static void put(writer_t *writer, char letter, bool may_rise)
{
    if (may_rise && writer->begins && letter >= 'a' && letter <= 'z') {
        letter = (char)(letter - 'a' + 'A');
    }
    if (letter != ' ') {
        writer->begins = letter == '.' || letter == '!' || letter == '?';
    }
    if (writer->used + 1u < writer->room) {
        writer->text[writer->used++] = letter;
    }
}

static bool begins_with(const char *text, const char *start)
{
    while (*start != '\0' && *text == *start) {
        ++text;
        ++start;
    }
    return *start == '\0';
}

/* The slot that begins behind "{": which, which form, and where the text goes on. */
static const char *read_slot(const char *at, toy_slot_t *slot, bool *second)
{
    static const char *const NAME[TOY_SLOTS] = {"hero}", "friend}", "thing}", "place}", "animal}", "word}"};
    *second = begins_with(at, "the ");
    at += *second ? 4 : 0;
    *slot = TOY_SLOTS;
    for (unsigned i = 0; i < TOY_SLOTS; ++i) {
        *slot = begins_with(at, NAME[i]) ? (toy_slot_t)i : *slot;
    }
    while (*at != '\0' && *at != '}') {
        ++at;
    }
    return *at == '}' ? at + 1 : at;
}

static void put_form(writer_t *writer, const char *forms, bool second)
{
    const char *at = forms;
    while (second && *at != '\0' && *at != '|') {
        ++at;
    }
    at = second && *at == '|' ? at + 1 : forms; /* one form serves for both */
    for (; *at != '\0' && *at != '|'; ++at) {
        put(writer, *at, true);
    }
}

void toy_template_fill(const char *line, const toy_slots_t *slots, char *text, size_t room)
{
    writer_t writer = {text, 0, room, true};
    while (*line != '\0') {
        toy_slot_t slot;
        bool second;
        if (*line != '{') {
            put(&writer, *line++, false);
            continue;
        }
        line = read_slot(line + 1, &slot, &second);
        if (slot < TOY_SLOTS && slots->text[slot] != NULL) {
            put_form(&writer, slots->text[slot], second);
        }
    }
    text[writer.used] = '\0';
}
