/* kernels.h - the three inner loops of the network and its softmax.
 * In      uint8 activations; int8 weights, dense ones two outputs to a halfword as models/wake/blob.py packs them
 * Out     uint8 activations, clamped at both ends, which is also the rectifier
 * Memory  none
 * Time    about 1.3 instructions a product on the Cortex-M33; inputs and outputs come in multiples of four */
#ifndef TOY_WAKE_KERNELS_H
#define TOY_WAKE_KERNELS_H

#include <stdint.h>

#include "wake/net.h"

/* Four sums at once: one load of x serves four weights. */
void toy_kernel_sums(const uint8_t *x, uint32_t inputs, const int8_t *weights, int32_t sums[4]);

/* out[o] = clamp(sum * scale), or clamp(sum * scale + out[o]) when onto is true. */
void toy_kernel_dense(const toy_net_layer_t *layer, const uint8_t *x, uint32_t inputs, uint8_t *out, uint32_t outputs,
                      bool onto);

/* One weight a channel and row: rows[k][c] * w[k][c], row 0 the oldest. */
void toy_kernel_depthwise(const toy_net_layer_t *layer, const uint8_t *const *rows, uint32_t count, uint8_t *out,
                          uint32_t channels);

/* Logits, log2 in Q8, to probabilities in Q15. */
void toy_kernel_softmax(const int32_t *logits_q8, uint16_t *scores, uint32_t count);

/* sum * scale / 2^32, rounded half up. */
static inline int32_t toy_kernel_scaled(int32_t sum, int32_t scale)
{
    return (int32_t)(((int64_t)sum * scale + ((int64_t)1 << 31)) >> 32);
}

#endif
