#include "app/alone/rounds.h"

#include <string.h>

void toy_rounds_init(toy_rounds_t *rounds, const toy_content_t *content, uint32_t seed)
{
    memset(rounds, 0, sizeof *rounds);
    rounds->content = content;
    rounds->chance = seed | 1u;
}

uint32_t toy_rounds_draw(toy_rounds_t *rounds, uint32_t below)
{
    rounds->chance ^= rounds->chance << 13; /* xorshift32 (Marsaglia 2003) */
    rounds->chance ^= rounds->chance >> 17;
    rounds->chance ^= rounds->chance << 5;
    return (uint32_t)((uint64_t)rounds->chance * below >> 32);
}

static bool was_told(const toy_rounds_t *rounds, uint32_t line)
{
    return (rounds->told[line / 32u] >> (line % 32u) & 1u) != 0u;
}

/* How many of the lines are untold, but for `not_this`; and the nth of them. */
static uint32_t untold(const toy_rounds_t *rounds, uint32_t first, uint32_t count, uint32_t not_this, uint32_t nth,
                       uint32_t *line)
{
    uint32_t found = 0;
    for (uint32_t i = first; i < first + count; ++i) {
        if (!was_told(rounds, i) && i != not_this && found++ == nth) {
            *line = i;
        }
    }
    return found;
}

uint16_t toy_rounds_choose(toy_rounds_t *rounds, toy_lines_t kind, bool *began_again)
{
    const uint32_t first = toy_content_first(rounds->content, kind), count = toy_content_count(rounds->content, kind);
    uint32_t not_this = UINT32_MAX, line = first;
    bool again = false;
    if (count == 0u) {
        return TOY_CONTENT_NO_LINE;
    }
    uint32_t left = untold(rounds, first, count, not_this, UINT32_MAX, &line);
    if (left == 0u) {
        again = true;
        for (uint32_t i = first; i < first + count; ++i) {
            rounds->told[i / 32u] &= ~(1u << (i % 32u));
        }
        /* not the last of the old round as the first of the new one */
        not_this = count > 1u ? rounds->last[kind] - 1u : UINT32_MAX;
        left = untold(rounds, first, count, not_this, UINT32_MAX, &line);
    }
    untold(rounds, first, count, not_this, toy_rounds_draw(rounds, left), &line);
    rounds->told[line / 32u] |= 1u << (line % 32u);
    rounds->last[kind] = (uint16_t)(line + 1u);
    if (began_again != NULL) {
        *began_again = again;
    }
    return (uint16_t)line;
}
