/* secure_hex.h - bytes of published vectors, written as they are published.
 * In      lower-case hexadecimal digits
 * Out     the bytes, and their number */
#ifndef TOY_TEST_SECURE_HEX_H
#define TOY_TEST_SECURE_HEX_H

#include <stddef.h>
#include <stdint.h>

static inline uint8_t secure_hex_digit(char digit) { return (uint8_t)(digit <= '9' ? digit - '0' : digit - 'a' + 10); }

static inline size_t secure_hex(const char *digits, uint8_t *bytes)
{
    size_t count = 0u;
    for (; digits[2u * count] != '\0'; ++count) {
        bytes[count] =
            (uint8_t)(secure_hex_digit(digits[2u * count]) << 4 | secure_hex_digit(digits[2u * count + 1u]));
    }
    return count;
}

#endif
