#include "llm/kernels.h"

#include "toy_ops.h"

/* Both widths: each word is used 32 / bits / 2 times, shifted up by one code each time. */
static void rows(const uint32_t *w, const uint32_t *x, uint32_t words, uint32_t bits, int32_t factor, int32_t *y,
                 const int32_t *y_end)
{
    const uint32_t uses = 16u / bits;
    for (; y != y_end; y += 4) {
        int32_t sum[4] = {0, 0, 0, 0};
        for (uint32_t i = 0; i < words; ++i) {
            for (uint32_t row = 0; row < 4u; ++row, ++w) {
                for (uint32_t use = 0; use < uses; ++use) {
                    sum[row] = toy_dot(*w << (use * bits), x[i * uses + use], sum[row]);
                }
            }
        }
        y[0] = toy_top(toy_wide_low(sum[0], w[0]), factor);
        y[1] = toy_top(toy_wide_high(sum[1], w[0]), factor);
        y[2] = toy_top(toy_wide_low(sum[2], w[1]), factor);
        y[3] = toy_top(toy_wide_high(sum[3], w[1]), factor);
        w += 2; /* past the four multipliers */
    }
}

void toy_kernel_rows8(const uint32_t *w, const uint32_t *x, uint32_t words, int32_t factor, int32_t *y,
                      const int32_t *y_end)
{
    rows(w, x, words, 8, factor, y, y_end);
}

void toy_kernel_rows4(const uint32_t *w, const uint32_t *x, uint32_t words, int32_t factor, int32_t *y,
                      const int32_t *y_end)
{
    rows(w, x, words, 4, factor, y, y_end);
}

uint32_t toy_kernel_scores(const uint32_t *keys, const uint32_t *query, uint32_t words, uint32_t quads,
                           uint32_t *scores)
{
    uint32_t top = 0x80008000u;
    for (uint32_t pair = 0; pair < quads * 2u; ++pair) {
        int32_t sum[2] = {0, 0};
        for (uint32_t position = 0; position < 2u; ++position) {
            for (uint32_t i = 0; i < words; ++i, ++keys) {
                sum[position] = toy_dot(*keys, query[2u * i], sum[position]);
                sum[position] = toy_dot(*keys << 8, query[2u * i + 1u], sum[position]);
            }
        }
        scores[2u * pair] = toy_halves(sum[0] >> 16, sum[1] >> 16);
        top = toy_larger_halves(top, scores[2u * pair]);
    }
    return top;
}

void toy_kernel_soften(uint32_t *scores, uint32_t quads, const uint32_t tops[2], uint32_t sums[2],
                       const int16_t *exp_table)
{
    int32_t sum[2] = {0, 0};
    for (uint32_t i = 0; i < quads * 4u; ++i) {
        uint32_t steps = toy_steps_below(tops[i & 1u], scores[i]);
        scores[i] = toy_halves(exp_table[steps & 0xFFFFu], exp_table[steps >> 16]);
        sum[i & 1u] = toy_dot(scores[i], 0x00010001u, sum[i & 1u]);
    }
    sums[0] = (uint32_t)sum[0];
    sums[1] = (uint32_t)sum[1];
}

void toy_kernel_mix(const uint32_t *values, const uint32_t *probabilities, uint32_t quads, const int32_t inverses[2],
                    int32_t *out0, int32_t *out1)
{
    for (uint32_t head = 0; head < 2u; ++head) {
        int32_t sum[4] = {0, 0, 0, 0};
        for (uint32_t i = 0; i < quads * 4u; i += 2) {
            const uint32_t p = probabilities[i + head];
            sum[0] = toy_dot(toy_even_bytes(values[i]), p, sum[0]);
            sum[1] = toy_dot(toy_odd_bytes(values[i]), p, sum[1]);
            sum[2] = toy_dot(toy_even_bytes(values[i + 1u]), p, sum[2]);
            sum[3] = toy_dot(toy_odd_bytes(values[i + 1u]), p, sum[3]);
        }
        for (uint32_t d = 0; d < 4u; ++d) {
            (head == 0u ? out0 : out1)[d] = toy_top(sum[d], inverses[head]);
        }
    }
}

uint32_t toy_kernel_size(const int32_t *x, uint32_t count)
{
    uint32_t size = 0;
    for (uint32_t i = 0; i < count; ++i) {
        size += (uint32_t)(x[i] ^ (x[i] >> 31));
    }
    return size;
}

int32_t toy_kernel_pack8(const int32_t *x, uint32_t count, int32_t scale, uint32_t *packed)
{
    int32_t squares = 0;
    for (uint32_t i = 0; i < count; i += 4, packed += 2) {
        packed[0] = toy_halves(toy_top(x[i + 1u], scale), toy_top(x[i + 3u], scale));
        packed[1] = toy_halves(toy_top(x[i], scale), toy_top(x[i + 2u], scale));
        squares = toy_dot(packed[0], packed[0], squares);
        squares = toy_dot(packed[1], packed[1], squares);
    }
    return squares;
}

void toy_kernel_add(int32_t *x, const int32_t *y, uint32_t count)
{
    for (uint32_t i = 0; i < count; ++i) {
        x[i] = toy_clip(x[i] + y[i], TOY_RESIDUAL_BITS);
    }
}

void toy_kernel_gate(int32_t *gate, const int32_t *up, uint32_t count, uint32_t gate_shift, uint32_t up_shift,
                     const int16_t *sigmoid_middle)
{
    for (uint32_t i = 0; i < count; ++i) {
        int32_t swish = toy_wide_low(gate[i], (uint16_t)sigmoid_middle[toy_clip(gate[i] >> gate_shift, 10)]);
        gate[i] = toy_clip(toy_wide_low(swish, (uint32_t)toy_clip(up[i] >> up_shift, 16)), TOY_HIDDEN_BITS);
    }
}

uint32_t toy_kernel_largest(const int32_t *x, uint32_t count)
{
    uint32_t best = 0;
    for (uint32_t i = 1; i < count; ++i) {
        best = x[i] > x[best] ? i : best;
    }
    return best;
}
