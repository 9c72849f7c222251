/* bytes.h - little-endian integers in byte arrays.
 * Memory  none */
#ifndef TOY_LINK_BYTES_H
#define TOY_LINK_BYTES_H

#include <stdint.h>

static inline void toy_put_u16(uint8_t *at, uint16_t value)
{
    at[0] = (uint8_t)value;
    at[1] = (uint8_t)(value >> 8);
}

static inline void toy_put_u32(uint8_t *at, uint32_t value)
{
    toy_put_u16(at, (uint16_t)value);
    toy_put_u16(at + 2, (uint16_t)(value >> 16));
}

static inline uint16_t toy_get_u16(const uint8_t *at) { return (uint16_t)(at[0] | ((uint16_t)at[1] << 8)); }

static inline uint32_t toy_get_u32(const uint8_t *at)
{
    return toy_get_u16(at) | ((uint32_t)toy_get_u16(at + 2) << 16);
}

#endif
