#include "llm/attention.h"

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

typedef struct {
    int32_t even, odd;
} turned_t;

/* Turns two neighbours and rounds to `shift` bits less; turning itself takes one. */
static inline turned_t turned(const int32_t *x, uint32_t turn, uint32_t shift, int32_t half)
{
    const int32_t even = x[0], odd = x[1];
    return (turned_t){(toy_wide_low(even, turn) - toy_wide_high(odd, turn) + half) >> shift,
                      (toy_wide_high(even, turn) + toy_wide_low(odd, turn) + half) >> shift};
}

static inline int32_t half_of(uint32_t shift) { return shift != 0u ? 1 << (shift - 1u) : 0; }
static inline uint32_t size_of(int32_t x) { return (uint32_t)(x < 0 ? -x : x); }

/* Halves whose absolute values sum to 2^16 could overflow a score: the largest are cut. No sane model comes here. */
static void cut_largest(uint32_t *packed, uint32_t size)
{
    const int32_t limit = (int32_t)(65535u / size);
    for (uint32_t i = 0; i < size / 2u; ++i) {
        int32_t low = toy_low(packed[i]), high = toy_high(packed[i]);
        low = low > limit ? limit : (low < -limit ? -limit : low);
        high = high > limit ? limit : (high < -limit ? -limit : high);
        packed[i] = toy_halves(low, high);
    }
}

/* In the order that meets the bytes of keys: columns 1 and 3, then 0 and 2. */
static void pack_query(const int32_t *q, uint32_t size, const uint32_t *turn, uint32_t shift, uint32_t *packed)
{
    const int32_t half = half_of(shift - 1u);
    uint32_t sum = 0;
    uint32_t *word = packed;
    for (const int32_t *end = q + size; q != end; q += 4, turn += 2, word += 2) {
        const turned_t low = turned(q, turn[0], shift - 1u, half), high = turned(q + 2, turn[1], shift - 1u, half);
        const int32_t q0 = toy_clip(low.even, 16), q1 = toy_clip(low.odd, 16);
        const int32_t q2 = toy_clip(high.even, 16), q3 = toy_clip(high.odd, 16);
        sum += size_of(q0) + size_of(q1) + size_of(q2) + size_of(q3);
        word[0] = toy_halves(q1, q3);
        word[1] = toy_halves(q0, q2);
    }
    if (sum > 65535u) {
        cut_largest(packed, size);
    }
}

/* The code of a value with 8 - up fractional bits that will have `below` in its fraction; see models/llama/quant.py.
 * What 20 bits cut off saturates a code anyway. */
static inline uint32_t chained(int32_t value, uint32_t up, uint32_t below)
{
    const int32_t exact = toy_clip(value, 20) * (int32_t)(UINT32_C(1) << up);
    return (uint32_t)toy_clip((exact - (int32_t)below + 128) >> 8, 8) & 0xFFu;
}

static void store_key(const int32_t *k, uint32_t size, const uint32_t *turn, uint32_t shift, uint32_t *words)
{
    const uint32_t down = shift > 9u ? shift - 9u : 0u, up = shift > 9u ? 0u : 9u - shift;
    const int32_t half = half_of(down);
    for (const int32_t *end = k + size; k != end; k += 4, turn += 2) {
        const turned_t low = turned(k, turn[0], down, half), high = turned(k + 2, turn[1], down, half);
        const uint32_t c0 = chained(low.even, up, 0), c1 = chained(low.odd, up, c0);
        const uint32_t c2 = chained(high.even, up, c1), c3 = chained(high.odd, up, c2);
        *words++ = c0 | c1 << 8 | c2 << 16 | c3 << 24;
    }
}

/* A position owns one half of each word: dimensions d and d + 1 of two positions lie together. */
static void store_value(const int32_t *v, uint32_t size, uint32_t shift, uint32_t slot, uint32_t window,
                        uint32_t *values)
{
    uint16_t *pair = (uint16_t *)(void *)(values + slot / 2u * 2u) + slot % 2u;
    const int32_t half = half_of(shift);
    for (const int32_t *end = v + size; v != end; v += 4, pair += 2u * window) {
        const uint32_t c0 = (uint32_t)toy_clip((v[0] + half) >> shift, 8) & 0xFFu;
        const uint32_t c2 = (uint32_t)toy_clip((v[2] + half) >> shift, 8) & 0xFFu;
        pair[0] = (uint16_t)(c0 | (uint32_t)toy_clip((v[1] + half) >> shift, 8) << 8);
        pair[2] = (uint16_t)(c2 | (uint32_t)toy_clip((v[3] + half) >> shift, 8) << 8);
    }
}

/* Scores of all positions of the window for one query, interleaved; returns the largest in both halves. */
static uint32_t score(const toy_attention_t *a, const uint32_t *keys, const int32_t *q, uint32_t quads,
                      uint32_t *scores)
{
    const uint32_t size = a->model->head_size, words = size / 4u, shift = a->layer[0].shift;
    uint32_t query[2u * MAX_WORDS], top;
    pack_query(q, size, a->turn, shift, query);
    if (a->position < a->cache->window) {
        top = toy_kernel_scores(keys, query, words, quads, scores);
    } else {
        top = toy_kernel_scores(keys + words * TOY_ATTENTION_SINKS, query, words, quads - 1u, scores + 4);
        pack_query(q, size, a->sink_turn, shift, query);
        top = toy_larger_halves(top, toy_kernel_scores(keys, query, words, 1, scores));
    }
    return toy_larger_halves(top, top << 16 | top >> 16);
}

/* The last four positions may not all be there yet: their scores are those of a copy. Two heads, interleaved. */
static void forget_copies(uint32_t slots, uint32_t *scores)
{
    if (slots % 2u != 0u) {
        uint32_t *pair = scores + slots / 2u * 2u;
        pair[0] = toy_halves((int32_t)pair[0], INT16_MIN);
        pair[1] = toy_halves((int32_t)pair[1], INT16_MIN);
    }
    if ((slots + 1u) / 2u % 2u != 0u) {
        uint32_t *pair = scores + (slots + 1u) / 2u * 2u;
        pair[0] = 0x80008000u;
        pair[1] = 0x80008000u;
    }
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
    tops[0] = score(a, keys, q[0], quads, scores);
    tops[1] = score(a, keys, q[1], quads, scores + 1);
    forget_copies(slots, scores);
    toy_kernel_soften(scores, quads, tops, sums, toy_exp_table);
    const int32_t inverses[2] = {inverse_of(sums[0]), inverse_of(sums[1])};
    for (uint32_t d = 0; d < size; d += 4, values += window) {
        toy_kernel_mix(values, scores, quads, inverses, q[0] + d, q[1] + d);
    }
}

static void attend_head(const toy_attention_t *a, uint32_t kv_head, uint32_t slot, bool full, uint32_t *scores)
{
    const toy_model_t *model = a->model;
    const uint32_t size = model->head_size, window = a->cache->window, group = model->heads / model->kv_heads;
    const size_t head = ((size_t)a->layer[0].layer * model->kv_heads + kv_head) * (size / 4u) * window;
    uint32_t *keys = a->cache->keys + head, *values = a->cache->values + head;
    uint32_t *key = keys + (size_t)slot * (size / 4u);
    store_key(a->k + kv_head * size, size, a->turn, a->layer[1].shift, key);
    if (!full && slot % 4u == 0u) { /* the kernel reads whole fours: the rest must not have larger scores */
        for (uint32_t i = 0; i < size / 4u * 3u; ++i) {
            key[size / 4u + i] = key[i];
        }
    }
    store_value(a->v + kv_head * size, size, a->layer[2].shift, slot, window, values);

    int32_t *q = a->q + (size_t)(kv_head * group) * size;
    for (uint32_t i = 0; i < group; i += 2, q += 2u * size) {
        attend_two(a, keys, values, full ? window : slot + 1u, (int32_t *const[2]){q, i + 1u < group ? q + size : q},
                   scores);
    }
}

void toy_attend(const toy_attention_t *a, uint32_t from, uint32_t to, uint32_t *scores)
{
    const uint32_t window = a->cache->window;
    const bool full = a->position >= window;
    const uint32_t slot = full ? TOY_ATTENTION_SINKS + (a->position - TOY_ATTENTION_SINKS) % (window - TOY_ATTENTION_SINKS)
                               : a->position;
    for (uint32_t head = from; head < to; ++head) {
        attend_head(a, head, slot, full, scores);
    }
}
