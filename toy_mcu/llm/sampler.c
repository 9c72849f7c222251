#include "llm/sampler.h"

#include <stdbool.h>
#include <string.h>

#include "llm/kernels.h"
#include "llm/tables.h"

enum { LAST_STEP = 511 };
#define STEPS_A_UNIT_Q16 3025537u /* 32 * log2(e) */

void toy_sampler_init(toy_sampler_t *s, const toy_sampler_config_t *config)
{
    memset(s, 0, sizeof *s);
    s->config = *config;
    s->state = config->seed * 2u + 1u;
    if (config->temperature_milli != 0u) {
        s->steps_a_unit = (uint64_t)STEPS_A_UNIT_Q16 * 1000u / config->temperature_milli;
    }
}

void toy_sampler_saw(toy_sampler_t *s, uint16_t token) { s->history[s->said++ % TOY_SAMPLER_HISTORY] = token; }

static uint16_t said(const toy_sampler_t *s, uint32_t ago) { return s->history[(s->said - ago) % TOY_SAMPLER_HISTORY]; }

/* Would token complete a run of guard_tokens that is in the history already? */
static bool repeats(const toy_sampler_t *s, uint16_t token)
{
    const uint32_t run = s->config.guard_tokens;
    const uint32_t known = s->said < TOY_SAMPLER_HISTORY ? s->said : TOY_SAMPLER_HISTORY;
    for (uint32_t end = 1; end + run <= known + 1u; ++end) { /* a run ending `end` tokens ago */
        uint32_t same = 0;
        if (said(s, end) == token) {
            for (same = 1; same < run && said(s, end + same) == said(s, same); ++same) {
            }
        }
        if (same == run) {
            return true;
        }
    }
    return false;
}

static bool allowed(const toy_sampler_t *s, uint32_t token)
{
    return s->config.guard_tokens == 0u || !repeats(s, (uint16_t)token);
}

static uint32_t likeliest(const toy_sampler_t *s, const int32_t *logits, uint32_t vocab)
{
    uint32_t best = toy_kernel_largest(logits, vocab & ~3u);
    for (uint32_t i = vocab & ~3u; i < vocab; ++i) {
        best = logits[i] > logits[best] ? i : best;
    }
    if (allowed(s, best)) {
        return best;
    }
    uint32_t second = vocab;
    for (uint32_t i = 0; i < vocab; ++i) {
        if ((second == vocab || logits[i] > logits[second]) && allowed(s, i)) {
            second = i;
        }
    }
    return second < vocab ? second : best;
}

static uint32_t chance(uint32_t step) { return (uint16_t)toy_exp_table[step]; }

static uint32_t random_bits(toy_sampler_t *s) /* xorshift64* (Vigna 2016) */
{
    s->state ^= s->state >> 12;
    s->state ^= s->state << 25;
    s->state ^= s->state >> 27;
    return (uint32_t)((s->state * UINT64_C(0x2545F4914F6CDD1D)) >> 32);
}

/* Table steps below the best, 511 for all that is out of reach. */
static uint32_t step_of(const toy_sampler_t *s, int32_t best, int32_t logit, uint32_t shift)
{
    uint64_t below = (uint64_t)((int64_t)best - logit);
    uint64_t step = (below * s->steps_a_unit) >> (shift + 16u); /* 32 + 32 bits: no overflow above 1 milli */
    return logit > best || step > LAST_STEP ? LAST_STEP : (uint32_t)step;
}

/* The lowest step of the tokens whose chances together reach top_p. */
static uint32_t cut(const toy_sampler_t *s, const uint16_t *histogram, uint32_t *total)
{
    uint64_t all = 0;
    for (uint32_t i = 0; i < LAST_STEP; ++i) {
        all += (uint64_t)histogram[i] * chance(i);
    }
    uint64_t wanted = all * s->config.top_p_milli / 1000u, sum = 0;
    uint32_t step = 0;
    while (step < LAST_STEP) {
        sum += (uint64_t)histogram[step] * chance(step);
        ++step;
        if (sum >= wanted && sum != 0u) {
            break;
        }
    }
    *total = (uint32_t)sum; /* 32,768 tokens of 32,767 at most */
    return step;
}

uint16_t toy_sampler_pick(toy_sampler_t *s, const int32_t *logits, uint32_t vocab, uint32_t shift)
{
    uint32_t best = likeliest(s, logits, vocab);
    if (s->config.temperature_milli == 0u) {
        return (uint16_t)best;
    }
    uint16_t histogram[LAST_STEP + 1];
    memset(histogram, 0, sizeof histogram);
    for (uint32_t i = 0; i < vocab; ++i) {
        uint32_t step = step_of(s, logits[best], logits[i], shift);
        if (step < LAST_STEP && allowed(s, i)) {
            ++histogram[step];
        }
    }
    uint32_t total, end = cut(s, histogram, &total);
    uint32_t left = (uint32_t)(((uint64_t)random_bits(s) * total) >> 32);
    for (uint32_t i = 0; i < vocab; ++i) {
        uint32_t step = step_of(s, logits[best], logits[i], shift);
        if (step < end && allowed(s, i)) {
            if (left < chance(step)) {
                return (uint16_t)i;
            }
            left -= chance(step);
        }
    }
    return (uint16_t)best;
}
