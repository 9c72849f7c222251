/* The kernels that this build uses against the portable ones, on random and on extreme data, bit for bit.
 * On the host both are the same code; in QEMU the Cortex-M33's instructions are on trial. */
#include "llm/kernels.h"
#include "llm/tables.h"

#define toy_kernel_rows8 plain_rows8
#define toy_kernel_rows4 plain_rows4
#define toy_kernel_scores plain_scores
#define toy_kernel_soften plain_soften
#define toy_kernel_mix plain_mix
#define toy_kernel_size plain_size
#define toy_kernel_pack8 plain_pack8
#define toy_kernel_add plain_add
#define toy_kernel_gate plain_gate
#define toy_kernel_largest plain_largest
#include "llm/kernels_portable.c" /* with ops/portable/toy_ops.h: tests/c/llm.cmake puts it on the path */
#undef toy_kernel_rows8
#undef toy_kernel_rows4
#undef toy_kernel_scores
#undef toy_kernel_soften
#undef toy_kernel_mix
#undef toy_kernel_size
#undef toy_kernel_pack8
#undef toy_kernel_add
#undef toy_kernel_gate
#undef toy_kernel_largest

#include "toy_test.h"

static uint32_t random_state = 1;
static uint32_t draw(void)
{
    random_state = random_state * 1664525u + 1013904223u;
    return random_state ^ random_state >> 15;
}

static void draw_words(uint32_t *words, uint32_t count)
{
    for (uint32_t i = 0; i < count; ++i) {
        words[i] = draw();
    }
}

/* Signed halves whose absolute values sum to less than 2^16, as toy_pack() leaves them. */
static void draw_activations(uint32_t *pairs, uint32_t count)
{
    uint32_t share = 65535u / (2u * count);
    for (uint32_t i = 0; i < count; ++i) {
        int32_t low = (int32_t)(draw() % (2u * share + 1u)) - (int32_t)share;
        int32_t high = (int32_t)(draw() % (2u * share + 1u)) - (int32_t)share;
        pairs[i] = toy_halves(low, high);
    }
}

enum { MAX_WORDS = 96, GROUPS = 5 };
static uint32_t weights[GROUPS * (MAX_WORDS * 4 + 2)], activations[MAX_WORDS * 4];

static void rows_agree_for_every_length(void)
{
    for (uint32_t words = 2; words <= MAX_WORDS; ++words) {
        int32_t ours[GROUPS * 4 + 1], plain[GROUPS * 4 + 1];
        memset(ours, 0x55, sizeof ours);
        memset(plain, 0x55, sizeof plain);
        draw_words(weights, GROUPS * (words * 4u + 2u));
        draw_activations(activations, words * 2u);
        toy_kernel_rows8(weights, activations, words, 0x1234567, ours, ours + GROUPS * 4);
        plain_rows8(weights, activations, words, 0x1234567, plain, plain + GROUPS * 4);
        TOY_CHECK_BYTES(ours, plain, sizeof ours);
        draw_activations(activations, words * 4u);
        toy_kernel_rows4(weights, activations, words, 0x7FFFFFFF, ours, ours + GROUPS * 4);
        plain_rows4(weights, activations, words, 0x7FFFFFFF, plain, plain + GROUPS * 4);
        TOY_CHECK_BYTES(ours, plain, sizeof ours);
    }
}

static void the_largest_sum_does_not_wrap(void)
{
    enum { WORDS = 4 };
    int32_t y[4];
    for (uint32_t i = 0; i < WORDS * 4u; ++i) {
        weights[i] = 0x80008000u; /* columns 1 and 3 of the raw word are -32768 */
    }
    weights[WORDS * 4] = weights[WORDS * 4 + 1] = 0x7FFF7FFFu;
    memset(activations, 0, sizeof activations);
    activations[0] = toy_halves(32767, 32767); /* 65,534 in all: one short of the limit */
    toy_kernel_rows8(weights, activations, WORDS, 0x7FFFFFFF, y, y + 4);
    int64_t sum = -32768LL * 65534, wide = (sum * 32767) >> 16;
    TOY_CHECK_INT(y[0], (wide * 0x7FFFFFFF + (1LL << 31)) >> 32);
    TOY_CHECK_INT(y[3], y[0]);
}

static void scores_agree(void)
{
    static uint32_t keys[16 * 4 * 32], ours[2 * 2 * 16], plain[2 * 2 * 16];
    const uint32_t lengths[6] = {1, 2, 3, 6, 12, 32};
    for (uint32_t i = 0; i < 6u; ++i) {
        for (uint32_t quads = 1; quads <= 16u; quads += 3) {
            uint32_t query[64];
            draw_words(keys, quads * 4u * lengths[i]);
            draw_activations(query, 2u * lengths[i]);
            memset(ours, 0, sizeof ours);
            memset(plain, 0, sizeof plain);
            uint32_t top = toy_kernel_scores(keys, query, lengths[i], quads, ours);
            TOY_CHECK_INT(top, plain_scores(keys, query, lengths[i], quads, plain));
            TOY_CHECK_BYTES(ours, plain, sizeof ours);
        }
    }
}

static void softening_and_mixing_agree(void)
{
    static uint32_t ours[4 * 128], plain[4 * 128], values[4 * 128];
    for (uint32_t quads = 1; quads <= 128u; quads += 9) {
        draw_words(ours, quads * 4u);
        for (uint32_t i = 0; i < quads * 4u; ++i) { /* near each other, so that many stay in the table */
            ours[i] = toy_halves((int16_t)(ours[i] & 0x3FFu) - 300, (int16_t)(ours[i] >> 20 & 0x3FFu) - 300);
        }
        ours[1] = 0x80008000u; /* a position that is not there */
        memcpy(plain, ours, sizeof ours);
        const uint32_t tops[2] = {toy_halves(723, 723), toy_halves(700, 700)};
        uint32_t sums[2], plain_sums[2];
        toy_kernel_soften(ours, quads, tops, sums, toy_exp_table);
        plain_soften(plain, quads, tops, plain_sums, toy_exp_table);
        TOY_CHECK_BYTES(ours, plain, quads * 16u);
        TOY_CHECK_BYTES(sums, plain_sums, sizeof sums);
        TOY_CHECK_INT(ours[1], 0);
        draw_words(values, quads * 4u);
        const int32_t inverses[2] = {1 << 28, 0x12345678};
        int32_t mixed[8], plain_mixed[8];
        toy_kernel_mix(values, ours, quads, inverses, mixed, mixed + 4);
        plain_mix(values, ours, quads, inverses, plain_mixed, plain_mixed + 4);
        TOY_CHECK_BYTES(mixed, plain_mixed, sizeof mixed);
    }
}

static void vector_passes_agree(void)
{
    static int32_t x[44], y[44], ours[44], plain[44];
    for (uint32_t count = 4; count <= 44u; count += 4) {
        for (uint32_t i = 0; i < count; ++i) {
            x[i] = (int32_t)draw() >> 8;
            y[i] = (int32_t)draw() >> 3;
        }
        TOY_CHECK_INT(toy_kernel_size(x, count), plain_size(x, count));
        TOY_CHECK_INT(toy_kernel_largest(x, count), plain_largest(x, count));
        TOY_CHECK_INT(toy_kernel_pack8(x, count, 1 << 16, (uint32_t *)ours),
                      plain_pack8(x, count, 1 << 16, (uint32_t *)plain));
        TOY_CHECK_BYTES(ours, plain, count * 2u);
        memcpy(ours, x, sizeof x);
        memcpy(plain, x, sizeof x);
        toy_kernel_add(ours, y, count);
        plain_add(plain, y, count);
        TOY_CHECK_BYTES(ours, plain, count * 4u);
        toy_kernel_gate(ours, y, count, 12, 11, toy_sigmoid_table + 512);
        plain_gate(plain, y, count, 12, 11, toy_sigmoid_table + 512);
        TOY_CHECK_BYTES(ours, plain, count * 4u);
    }
    memset(x, 0, sizeof x);
    TOY_CHECK_INT(toy_kernel_largest(x, 44), 0);
    x[43] = 1;
    TOY_CHECK_INT(toy_kernel_largest(x, 44), 43);
}

int main(void)
{
    TOY_RUN(rows_agree_for_every_length);
    TOY_RUN(the_largest_sum_does_not_wrap);
    TOY_RUN(scores_agree);
    TOY_RUN(softening_and_mixing_agree);
    TOY_RUN(vector_passes_agree);
    TOY_DONE();
}
