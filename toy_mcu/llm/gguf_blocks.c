#include "llm/gguf_blocks.h"

#include <string.h>

#include "llm/gguf.h"

static float from_bits(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static float half(const uint8_t *at)
{
    uint32_t bits = at[0] | (uint32_t)at[1] << 8, sign = (bits & 0x8000u) << 16, exponent = bits >> 10 & 31u;
    uint32_t fraction = bits & 0x3FFu;
    if (exponent == 0u) { /* zero and subnormal: exact in single precision */
        float small = (float)fraction * from_bits(0x33800000u); /* 2^-24 */
        return sign != 0u ? -small : small;
    }
    return from_bits(sign | (exponent == 31u ? 0x7F800000u : (exponent + 112u) << 23) | fraction << 13);
}

uint32_t toy_gguf_block_values(uint32_t type)
{
    switch (type) {
    case TOY_GGUF_F32:
    case TOY_GGUF_F16:
        return 1;
    case TOY_GGUF_Q4_0:
    case TOY_GGUF_Q8_0:
        return 32;
    case TOY_GGUF_Q2_K:
    case TOY_GGUF_Q4_K:
    case TOY_GGUF_Q5_K:
    case TOY_GGUF_Q6_K:
        return 256;
    default:
        return 0;
    }
}

uint32_t toy_gguf_block_bytes(uint32_t type)
{
    switch (type) {
    case TOY_GGUF_F32:
        return 4;
    case TOY_GGUF_F16:
        return 2;
    case TOY_GGUF_Q4_0:
        return 2 + 16;
    case TOY_GGUF_Q8_0:
        return 2 + 32;
    case TOY_GGUF_Q2_K:
        return 16 + 64 + 4;
    case TOY_GGUF_Q4_K:
        return 4 + 12 + 128;
    case TOY_GGUF_Q5_K:
        return 4 + 12 + 32 + 128;
    case TOY_GGUF_Q6_K:
        return 128 + 64 + 16 + 2;
    default:
        return 0;
    }
}

static void q4_0(const uint8_t *b, float *y)
{
    const float d = half(b);
    for (uint32_t i = 0; i < 16u; ++i) {
        y[i] = d * (float)((int32_t)(b[2u + i] & 15u) - 8);
        y[16u + i] = d * (float)((int32_t)(b[2u + i] >> 4) - 8);
    }
}

static void q8_0(const uint8_t *b, float *y)
{
    const float d = half(b);
    for (uint32_t i = 0; i < 32u; ++i) {
        y[i] = d * (float)(int8_t)b[2u + i];
    }
}

/* 16 groups of 16: a 4-bit scale and a 4-bit minimum each. */
static void q2_k(const uint8_t *b, float *y)
{
    const uint8_t *codes = b + 16;
    const float d = half(b + 80), least = half(b + 82);
    for (uint32_t i = 0; i < 256u; ++i) {
        const uint32_t group = i / 16u, code = (uint32_t)codes[i / 128u * 32u + i % 32u] >> (i % 128u / 32u * 2u) & 3u;
        y[i] = d * (float)(b[group] & 15u) * (float)code - least * (float)(b[group] >> 4);
    }
}

typedef struct {
    float scale, least;
} pair_t;

/* 8 groups of 32: a 6-bit scale and a 6-bit minimum each, in 12 bytes. */
static pair_t scale_of(const uint8_t *b, uint32_t group)
{
    const uint8_t *s = b + 4;
    uint32_t scale, least;
    if (group < 4u) {
        scale = s[group] & 63u;
        least = s[group + 4u] & 63u;
    } else {
        scale = (s[group + 4u] & 15u) | (uint32_t)(s[group - 4u] >> 6) << 4;
        least = (uint32_t)(s[group + 4u] >> 4) | (uint32_t)(s[group] >> 6) << 4;
    }
    return (pair_t){half(b) * (float)scale, half(b + 2) * (float)least};
}

static void q45_k(const uint8_t *b, const uint8_t *fifth, const uint8_t *codes, float *y)
{
    for (uint32_t i = 0; i < 256u; ++i) {
        const uint32_t group = i / 32u, byte = codes[i / 64u * 32u + i % 32u];
        uint32_t code = group % 2u != 0u ? byte >> 4 : byte & 15u;
        if (fifth != NULL) {
            code |= ((uint32_t)fifth[i % 32u] >> group & 1u) << 4;
        }
        const pair_t s = scale_of(b, group);
        y[i] = s.scale * (float)code - s.least;
    }
}

static void q6_k(const uint8_t *b, float *y)
{
    const uint8_t *high = b + 128, *scales = b + 192;
    const float d = half(b + 208);
    for (uint32_t i = 0; i < 256u; ++i) {
        const uint32_t part = i % 128u / 32u, at = i % 32u;
        const uint32_t low = (uint32_t)b[i / 128u * 64u + part % 2u * 32u + at] >> (part / 2u * 4u) & 15u;
        const uint32_t code = low | ((uint32_t)high[i / 128u * 32u + at] >> (part * 2u) & 3u) << 4;
        y[i] = d * (float)(int8_t)scales[i / 16u] * (float)((int32_t)code - 32);
    }
}

void toy_gguf_unpack(uint32_t type, const uint8_t *block, float *values)
{
    switch (type) {
    case TOY_GGUF_F32:
        memcpy(values, block, sizeof *values);
        break;
    case TOY_GGUF_F16:
        values[0] = half(block);
        break;
    case TOY_GGUF_Q4_0:
        q4_0(block, values);
        break;
    case TOY_GGUF_Q8_0:
        q8_0(block, values);
        break;
    case TOY_GGUF_Q2_K:
        q2_k(block, values);
        break;
    case TOY_GGUF_Q4_K:
        q45_k(block, NULL, block + 16, values);
        break;
    case TOY_GGUF_Q5_K:
        q45_k(block, block + 16, block + 48, values);
        break;
    default:
        q6_k(block, values);
        break;
    }
}
