/* kernels.h - the inner loops: weights times activations, queries times keys, softmax, weights times values.
 * In      weights packed as models/FORMAT.md says, activations as toy_kernel_pack() leaves them
 * Out     integers, bit for bit the same in kernels_portable.c and kernels_m33.S, and in models/llama/engine.py
 * Memory  the caller's; all pointers word-aligned
 * Time    0.92 instructions a weight (int8), 1.0 (int4) on a Cortex-M33; see SPEED.md
 * Errors  none: the caller keeps the limits below, model.c checks them for models
 * Limits  absolute activations sum to less than 2^15; at most 512 positions
 *
 * A halfword of a weight word IS a 16-bit weight: its top byte (nibble) is a column's code and the bits below belong
 * to the columns before. The converter chose each code knowing those bits, so nothing needs to be masked off: one
 * SMLAD on the raw word does columns 1 and 3, one on the word shifted by a code does 0 and 2. */
#ifndef TOY_LLM_KERNELS_H
#define TOY_LLM_KERNELS_H

#include <stdint.h>

/* Widths that sums over 512 and 2,048 elements leave within 32 bits. */
enum { TOY_RESIDUAL_BITS = 24, TOY_HIDDEN_BITS = 21 };

/* y[0..] = (sum of w * x) * multiplier / 2^16 * factor / 2^32, four rows a group, until y_end. words is a row's length
 * in weight words: 4 columns each in rows8, 8 in rows4; at least 2. */
void toy_kernel_rows8(const uint32_t *w, const uint32_t *x, uint32_t words, int32_t factor, int32_t *y,
                      const int32_t *y_end);
void toy_kernel_rows4(const uint32_t *w, const uint32_t *x, uint32_t words, int32_t factor, int32_t *y,
                      const int32_t *y_end);

/* Scores of one query against quads * 4 positions, two to a word, every other word of scores; returns the largest
 * of each half. words = head size / 4. */
uint32_t toy_kernel_scores(const uint32_t *keys, const uint32_t *query, uint32_t words, uint32_t quads,
                           uint32_t *scores);

/* Turns the interleaved scores of two heads into probabilities, 32767 for the top; sums[head] is their sum.
 * tops[head] holds the head's largest score in both halves. */
void toy_kernel_soften(uint32_t *scores, uint32_t quads, const uint32_t tops[2], uint32_t sums[2],
                       const int16_t *exp_table);

/* out0[d] and out1[d] = sum over positions of probability * value, times the head's inverse / 2^32, for four
 * neighbouring dimensions. */
void toy_kernel_mix(const uint32_t *values, const uint32_t *probabilities, uint32_t quads, const int32_t inverses[2],
                    int32_t *out0, int32_t *out1);

/* Sum of absolute values, a negative one counted one short. Counts are whole fours here and below. */
uint32_t toy_kernel_size(const int32_t *x, uint32_t count);

/* x * scale / 2^32, rounded to int16, in the order of int8 kernels; returns the sum of squares. */
int32_t toy_kernel_pack8(const int32_t *x, uint32_t count, int32_t scale, uint32_t *packed);

/* x += y, saturating at TOY_RESIDUAL_BITS. */
void toy_kernel_add(int32_t *x, const int32_t *y, uint32_t count);

/* gate = gate * sigmoid(gate) * up, saturating at TOY_HIDDEN_BITS; sigmoid_middle is the table's entry for 0. */
void toy_kernel_gate(int32_t *gate, const int32_t *up, uint32_t count, uint32_t gate_shift, uint32_t up_shift,
                     const int16_t *sigmoid_middle);

/* Index of the largest, the first of equals. */
uint32_t toy_kernel_largest(const int32_t *x, uint32_t count);

#endif
