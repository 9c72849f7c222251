/* key_line.h - a pairing's key as a control line gives it: `key` and 64 hexadecimal digits.
 * For a virtual plush alone: whoever started it holds the other end of its control lines. */
#ifndef TOY_PORTS_KEY_LINE_H
#define TOY_PORTS_KEY_LINE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define KEY_LINE_BYTES 32u

static inline bool key_line_read(const char *line, uint8_t key[KEY_LINE_BYTES])
{
    static const char digits[] = "0123456789abcdef";
    if (strncmp(line, "key ", 4) != 0 || strlen(line + 4) != 2u * KEY_LINE_BYTES) {
        return false;
    }
    for (unsigned i = 0; i < 2u * KEY_LINE_BYTES; ++i) {
        const char *digit = strchr(digits, line[4u + i]);
        if (digit == NULL) {
            return false;
        }
        unsigned value = (unsigned)(digit - digits);
        key[i / 2u] = (uint8_t)(i % 2u == 0u ? value << 4 : key[i / 2u] | value);
    }
    return true;
}

#endif
