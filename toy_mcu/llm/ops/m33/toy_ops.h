/* toy_ops.h - the arithmetic steps of ops/portable/toy_ops.h, one Cortex-M33 instruction each.
 * In, Out as there: bit for bit the same, which tests/c/test_llm_kernels.c checks in QEMU
 * Source  Armv8-M Architecture Reference Manual, DSP extension */
#ifndef TOY_LLM_OPS_H
#define TOY_LLM_OPS_H

#include <stdint.h>

#define TOY_OP_2(name, type, instruction, a_type, b_type)                                          \
    static inline type name(a_type a, b_type b)                                                    \
    {                                                                                              \
        type result;                                                                               \
        __asm__(instruction " %0, %1, %2" : "=r"(result) : "r"(a), "r"(b));                        \
        return result;                                                                             \
    }

static inline int32_t toy_low(uint32_t pair) { return (int16_t)(pair & 0xFFFFu); }
static inline int32_t toy_high(uint32_t pair) { return (int32_t)pair >> 16; }

static inline uint32_t toy_halves(int32_t low, int32_t high)
{
    uint32_t result;
    __asm__("pkhbt %0, %1, %2, lsl #16" : "=r"(result) : "r"(low), "r"(high));
    return result;
}

TOY_OP_2(toy_top, int32_t, "smmulr", int32_t, int32_t)
TOY_OP_2(toy_wide_low, int32_t, "smulwb", int32_t, uint32_t)
TOY_OP_2(toy_wide_high, int32_t, "smulwt", int32_t, uint32_t)

static inline int32_t toy_dot(uint32_t a, uint32_t b, int32_t sum)
{
    int32_t result; /* not the ACLE intrinsic: that one sets the Q flag, which keeps the compiler from moving it */
    __asm__("smlad %0, %1, %2, %3" : "=r"(result) : "r"(a), "r"(b), "r"(sum));
    return result;
}

static inline uint32_t toy_even_bytes(uint32_t word)
{
    uint32_t result;
    __asm__("sxtb16 %0, %1" : "=r"(result) : "r"(word));
    return result;
}

static inline uint32_t toy_odd_bytes(uint32_t word)
{
    uint32_t result;
    __asm__("sxtb16 %0, %1, ror #8" : "=r"(result) : "r"(word));
    return result;
}

/* The width is part of the instruction: a constant, and inlined always. */
__attribute__((always_inline)) static inline int32_t toy_clip(int32_t value, const int bits)
{
    int32_t result;
    __asm__("ssat %0, %1, %2" : "=r"(result) : "i"(bits), "r"(value));
    return result;
}

static inline uint32_t toy_larger_halves(uint32_t a, uint32_t b)
{
    uint32_t result;
    __asm__("ssub16 %0, %1, %2\n\tsel %0, %1, %2" : "=&r"(result) : "r"(a), "r"(b) : "cc");
    return result;
}

static inline uint32_t toy_steps_below(uint32_t a, uint32_t b)
{
    uint32_t result;
    __asm__("qsub16 %0, %1, %2\n\tusat16 %0, #9, %0" : "=r"(result) : "r"(a), "r"(b));
    return result;
}

static inline uint32_t toy_leading_zeros(uint32_t value)
{
    uint32_t result;
    __asm__("clz %0, %1" : "=r"(result) : "r"(value));
    return result;
}

#endif
