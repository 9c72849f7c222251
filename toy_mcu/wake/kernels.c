#include "wake/kernels.h"

#include "wake/quad.h"
#include "wake/tables.h"

static inline uint8_t clamped(int32_t value) { return (uint8_t)(value < 0 ? 0 : (value > 255 ? 255 : value)); }

void toy_kernel_sums(const uint8_t *x, uint32_t inputs, const int8_t *weights, int32_t sums[4])
{
    toy_pair_sum_t low = {0, 0}, high = {0, 0};
    for (const uint8_t *end = x + inputs; x < end; x += 4, weights += 16) {
        toy_quad_t values = toy_quad_unsigned(x);
        toy_pair_add(&low, values, weights);
        toy_pair_add(&high, values, weights + 8);
    }
    sums[0] += toy_pair_first(low);
    sums[1] += low.second;
    sums[2] += toy_pair_first(high);
    sums[3] += high.second;
}

void toy_kernel_dense(const toy_net_layer_t *layer, const uint8_t *x, uint32_t inputs, uint8_t *out, uint32_t outputs,
                      bool onto)
{
    const int8_t *weights = layer->weights;
    for (uint32_t o = 0; o < outputs; o += 4, weights += 4 * inputs) {
        int32_t sums[4] = {layer->bias[o], layer->bias[o + 1], layer->bias[o + 2], layer->bias[o + 3]};
        toy_kernel_sums(x, inputs, weights, sums);
        for (uint32_t j = 0; j < 4; ++j) {
            out[o + j] = clamped(toy_kernel_scaled(sums[j], layer->scale[o + j]) + (onto ? out[o + j] : 0));
        }
    }
}

void toy_kernel_depthwise(const toy_net_layer_t *layer, const uint8_t *const *rows, uint32_t count, uint8_t *out,
                          uint32_t channels)
{
    for (uint32_t c = 0; c < channels; c += 4) {
        int32_t s0 = layer->bias[c], s1 = layer->bias[c + 1], s2 = layer->bias[c + 2], s3 = layer->bias[c + 3];
        const int8_t *weight = layer->weights + c;
        for (uint32_t k = 0; k < count; ++k, weight += channels) {
            const uint8_t *x = rows[k] + c;
            s0 += x[0] * weight[0];
            s1 += x[1] * weight[1];
            s2 += x[2] * weight[2];
            s3 += x[3] * weight[3];
        }
        out[c] = clamped(toy_kernel_scaled(s0, layer->scale[c]));
        out[c + 1] = clamped(toy_kernel_scaled(s1, layer->scale[c + 1]));
        out[c + 2] = clamped(toy_kernel_scaled(s2, layer->scale[c + 2]));
        out[c + 3] = clamped(toy_kernel_scaled(s3, layer->scale[c + 3]));
    }
}

void toy_kernel_softmax(const int32_t *logits_q8, uint16_t *scores, uint32_t count)
{
    int32_t most = logits_q8[0];
    for (uint32_t i = 1; i < count; ++i) {
        most = logits_q8[i] > most ? logits_q8[i] : most;
    }
    uint32_t powers[TOY_NET_OUTPUTS_MAX], all = 0;
    for (uint32_t i = 0; i < count; ++i) {
        uint32_t below = (uint32_t)(most - logits_q8[i]); /* 2^-(below / 256) in Q16 */
        uint32_t whole = below >> 8;
        powers[i] = whole > 16 ? 0 : (uint32_t)toy_exp2_q16[below & 255u] >> whole;
        all += powers[i];
    }
    for (uint32_t i = 0; i < count; ++i) {
        scores[i] = (uint16_t)(((uint64_t)powers[i] * TOY_NET_ONE + all / 2) / all);
    }
}
