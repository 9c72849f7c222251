#include "link/utf8.h"

/* Length of the sequence that a lead byte begins and the range of its second byte; 0 for no lead byte. */
static size_t lead(uint8_t byte, uint8_t *low, uint8_t *high)
{
    *low = 0x80u;
    *high = 0xBFu;
    if (byte < 0x80u) {
        return 1u;
    }
    if (byte >= 0xC2u && byte <= 0xDFu) {
        return 2u;
    }
    if (byte >= 0xE0u && byte <= 0xEFu) {
        *low = byte == 0xE0u ? 0xA0u : 0x80u;  /* no longer form than needed */
        *high = byte == 0xEDu ? 0x9Fu : 0xBFu; /* no surrogates */
        return 3u;
    }
    if (byte >= 0xF0u && byte <= 0xF4u) {
        *low = byte == 0xF0u ? 0x90u : 0x80u;
        *high = byte == 0xF4u ? 0x8Fu : 0xBFu; /* nothing above U+10FFFF */
        return 4u;
    }
    return 0u;
}

bool toy_utf8_is_valid(const uint8_t *bytes, size_t count)
{
    size_t at = 0u;
    while (at < count) {
        uint8_t low = 0u;
        uint8_t high = 0u;
        size_t length = lead(bytes[at], &low, &high);
        if (length == 0u || length > count - at) {
            return false;
        }
        for (size_t i = 1u; i < length; ++i) {
            uint8_t byte = bytes[at + i];
            if (byte < low || byte > high) {
                return false;
            }
            low = 0x80u;
            high = 0xBFu;
        }
        at += length;
    }
    return true;
}
