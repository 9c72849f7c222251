#include "llm/attention.h"

#include <string.h>

#include "llm/kernels.h"
#include "llm/tables.h"
#include "toy_ops.h"

#define MAX_WORDS (TOY_MODEL_MAX_HEAD_SIZE / 4u)

void toy_rotation_at(const toy_model_t *model, uint32_t position, uint32_t *turn)
{
    const uint32_t pairs = model->head_size / 2u;
    const uint32_t *fine = model->rotation + (size_t)(position % TOY_MODEL_FINE_POSITIONS) * pairs;
    const uint32_t *coarse =
        model->rotation + (size_t)(TOY_MODEL_FINE_POSITIONS + position / TOY_MODEL_FINE_POSITIONS) * pairs;
    for (uint32_t i = 0; i < pairs; ++i) {
        int32_t fc = toy_low(fine[i]), fs = toy_high(fine[i]), cc = toy_low(coarse[i]), cs = toy_high(coarse[i]);
        turn[i] = toy_halves(toy_clip((fc * cc - fs * cs) >> 15, 16), toy_clip((fc * cs + fs * cc) >> 15, 16));
    }
}

static inline int32_t rounded(int32_t value, uint32_t shift) { return shift != 0u ? (value + (1 << (shift - 1u))) >> shift : value; }

/* Turns neighbours; the result has one fractional bit less. */
static void rotate(const int32_t *x, uint32_t size, const uint32_t *turn, int32_t *out)
{
    for (uint32_t d = 0; d < size; d += 2, ++turn) {
        int32_t even = x[d], odd = x[d + 1u];
        out[d] = toy_wide_low(even, *turn) - toy_wide_high(odd, *turn);
        out[d + 1u] = toy_wide_high(even, *turn) + toy_wide_low(odd, *turn);
    }
}

/* Rotated, rounded to int16, in the order that meets the bytes of keys: columns 1 and 3, then 0 and 2. */
static void pack_query(const int32_t *q, uint32_t size, const uint32_t *turn, uint32_t shift, uint32_t *packed)
{
    int32_t turned[TOY_MODEL_MAX_HEAD_SIZE];
    rotate(q, size, turn, turned);
    uint32_t sum = 0;
    for (uint32_t d = 0; d < size; ++d) {
        turned[d] = toy_clip(rounded(turned[d], shift - 1u), 16);
        sum += (uint32_t)(turned[d] < 0 ? -turned[d] : turned[d]);
    }
    if (sum > 65535u) { /* could overflow a score; no sane model comes here */
        int32_t limit = (int32_t)(65535u / size);
        for (uint32_t d = 0; d < size; ++d) {
            turned[d] = turned[d] > limit ? limit : (turned[d] < -limit ? -limit : turned[d]);
        }
    }
    for (uint32_t d = 0; d < size; d += 4, packed += 2) {
        packed[0] = toy_halves(turned[d + 1u], turned[d + 3u]);
        packed[1] = toy_halves(turned[d], turned[d + 2u]);
    }
}

/* Four codes a word, each chosen knowing the code below it, as the weights are; see models/llama/quant.py. */
static void store_key(const int32_t *k, uint32_t size, const uint32_t *turn, uint32_t shift, uint32_t *words)
{
    int32_t turned[TOY_MODEL_MAX_HEAD_SIZE];
    rotate(k, size, turn, turned);
    for (uint32_t d = 0; d < size; d += 4, ++words) {
        uint32_t word = 0, below = 0;
        for (uint32_t i = 0; i < 4u; ++i) {
            int32_t exact = rounded(turned[d + i], shift - 9u); /* 8 fractional bits */
            below = (uint32_t)toy_clip((exact - (int32_t)below + 128) >> 8, 8) & 0xFFu;
            word |= below << (8u * i);
        }
        *words = word;
    }
}

/* Bytes (even position d, even d+1, odd d, odd d+1) of dimensions d..d+1, then of d+2..d+3. */
static void store_value(const int32_t *v, uint32_t size, uint32_t shift, uint32_t slot, uint32_t window,
                        uint32_t *values)
{
    uint32_t up = slot % 2u * 16u;
    uint32_t *words = values + slot / 2u * 2u;
    for (uint32_t d = 0; d < size; d += 4, words += window) {
        for (uint32_t half = 0; half < 2u; ++half) {
            uint32_t low = (uint32_t)toy_clip(rounded(v[d + 2u * half], shift), 8) & 0xFFu;
            uint32_t high = (uint32_t)toy_clip(rounded(v[d + 2u * half + 1u], shift), 8) & 0xFFu;
            words[half] = (words[half] & ~(0xFFFFu << up)) | ((low | high << 8) << up);
        }
    }
}

/* Scores of all positions of the window for one query, interleaved; returns the largest in both halves. */
static uint32_t score(const toy_attention_t *a, const uint32_t *keys, const int32_t *q, uint32_t slots,
                      uint32_t *scores)
{
    const uint32_t size = a->model->head_size, words = size / 4u, quads = (slots + 3u) / 4u;
    uint32_t query[2u * MAX_WORDS];
    uint32_t shift = a->layer[0].shift, top;
    pack_query(q, size, a->turn, shift, query);
    if (a->position < a->cache->window) {
        top = toy_kernel_scores(keys, query, words, quads, scores);
        for (uint32_t slot = slots; slot < quads * 4u; ++slot) { /* copies of a key that is there: forget them */
            uint32_t *pair = scores + slot / 2u * 2u;
            *pair = slot % 2u != 0u ? toy_halves((int32_t)*pair, INT16_MIN) : 0x80008000u;
        }
    } else {
        top = toy_kernel_scores(keys + words * TOY_ATTENTION_SINKS, query, words, quads - 1u, scores + 4);
        pack_query(q, size, a->sink_turn, shift, query);
        top = toy_larger_halves(top, toy_kernel_scores(keys, query, words, 1, scores));
    }
    top = toy_larger_halves(top, top << 16 | top >> 16);
    return top;
}

/* What makes an average of a sum: 2^44 / sum, from a 16-bit division. */
static int32_t inverse_of(uint32_t sum)
{
    uint32_t zeros = toy_leading_zeros(sum);
    return (int32_t)(0xFFFFFFFFu / ((sum << zeros) >> 16) << (zeros - 4u));
}

/* Two query heads that share the KV head; the same one twice when their number is odd. */
static void attend_two(const toy_attention_t *a, const uint32_t *keys, const uint32_t *values, uint32_t slots,
                       int32_t *const q[2], uint32_t *scores)
{
    const uint32_t size = a->model->head_size, window = a->cache->window, quads = (slots + 3u) / 4u;
    uint32_t tops[2], sums[2];
    tops[0] = score(a, keys, q[0], slots, scores);
    tops[1] = score(a, keys, q[1], slots, scores + 1);
    toy_kernel_soften(scores, quads, tops, sums, toy_exp_table);
    int32_t inverse[2] = {inverse_of(sums[0]), inverse_of(sums[1])};
    for (uint32_t d = 0; d < size; d += 4, values += window) {
        int32_t out[8];
        toy_kernel_mix(values, scores, quads, out);
        for (uint32_t i = 0; i < 4u; ++i) {
            q[0][d + i] = toy_top(out[i], inverse[0]);
            q[1][d + i] = toy_top(out[4u + i], inverse[1]);
        }
    }
}

void toy_attend(const toy_attention_t *a, uint32_t kv_head, uint32_t *scores)
{
    const toy_model_t *model = a->model;
    const uint32_t size = model->head_size, window = a->cache->window, group = model->heads / model->kv_heads;
    const size_t head = ((size_t)a->layer[0].layer * model->kv_heads + kv_head) * (size / 4u);
    uint32_t *keys = a->cache->keys + head * window;
    uint32_t *values = a->cache->values + head * window;

    bool full = a->position >= window;
    uint32_t slot = full ? TOY_ATTENTION_SINKS + (a->position - TOY_ATTENTION_SINKS) % (window - TOY_ATTENTION_SINKS)
                         : a->position;
    uint32_t *key = keys + (size_t)slot * (size / 4u);
    store_key(a->k + kv_head * size, size, a->turn, a->layer[1].shift, key);
    if (!full && slot % 4u == 0u) { /* the kernel reads whole fours: the rest must not have larger scores */
        for (uint32_t i = 1; i < 4u; ++i) {
            memcpy(key + i * (size / 4u), key, size);
        }
    }
    store_value(a->v + kv_head * size, size, a->layer[2].shift, slot, window, values);

    for (uint32_t i = 0; i < group; i += 2) {
        int32_t *first = a->q + (size_t)(kv_head * group + i) * size;
        int32_t *const q[2] = {first, i + 1u < group ? first + size : first};
        attend_two(a, keys, values, full ? window : slot + 1u, q, scores);
    }
}
