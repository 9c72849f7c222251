/* Scores of heads longer than the registers can keep; kernels_m33.S does the short ones and calls here. */
#include "llm/kernels.h"

#include "toy_ops.h"

uint32_t toy_kernel_scores_long(const uint32_t *keys, const uint32_t *query, uint32_t words, uint32_t quads,
                                uint32_t *scores);

uint32_t toy_kernel_scores_long(const uint32_t *keys, const uint32_t *query, uint32_t words, uint32_t quads,
                                uint32_t *scores)
{
    uint32_t top = 0x80008000u;
    for (uint32_t *end = scores + quads * 4u; scores != end; scores += 2) {
        int32_t even = 0, odd = 0;
        for (const uint32_t *q = query, *last = query + 2u * words; q != last; q += 2, ++keys) {
            even = toy_dot(keys[0], q[0], even);
            odd = toy_dot(keys[words], q[0], odd);
            even = toy_dot(keys[0] << 8, q[1], even);
            odd = toy_dot(keys[words] << 8, q[1], odd);
        }
        keys += words;
        *scores = toy_halves(even >> 16, odd >> 16);
        top = toy_larger_halves(top, *scores);
    }
    return top;
}
