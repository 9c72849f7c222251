#include "app/alone/line.h"

#include <stdbool.h>

static bool is_song(const toy_content_t *content, uint16_t line)
{
    static const toy_lines_t SUNG[] = {TOY_LINES_SONG, TOY_LINES_LULLABY};
    for (unsigned i = 0; i < 2u; ++i) {
        if (line - toy_content_first(content, SUNG[i]) < toy_content_count(content, SUNG[i])) {
            return true;
        }
    }
    return false;
}

static const char *bar_in(const char *text)
{
    while (*text != '\0' && *text != '|') {
        ++text;
    }
    return text;
}

void toy_line_fill(const toy_content_t *content, uint16_t line, const toy_slots_t *slots, char *text, size_t room)
{
    toy_template_fill(toy_content_line(content, line), slots, text, room);
    if (is_song(content, line)) {
        text[bar_in(text) - text] = '\0';
    }
}

const char *toy_line_sung(const toy_content_t *content, uint16_t line)
{
    const char *whole = toy_content_line(content, line), *bar = bar_in(whole);
    if (!is_song(content, line)) {
        return NULL;
    }
    return *bar == '|' ? bar + 1 : whole;
}
