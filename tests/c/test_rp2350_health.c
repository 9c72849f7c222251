/* The noise source's tests: good noise passes for long, every way of dying is seen soon. */
#include "rp2350/logic/health.h"
#include "toy_test.h"

static uint64_t state;

static uint32_t noise(void) /* splitmix64 (Steele et al. 2014) */
{
    uint64_t z = (state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (uint32_t)(z >> 32);
}

/* Each bit is one with the chance of parts / 256. */
static uint32_t biased(uint32_t parts)
{
    uint32_t word = 0;
    for (uint32_t bit = 0; bit < 32u; ++bit) {
        word |= (noise() & 255u) < parts ? 1u << bit : 0u;
    }
    return word;
}

static uint32_t words_until_failure(uint32_t parts, uint32_t most)
{
    rp_health_t health;
    rp_health_init(&health);
    for (uint32_t i = 1; i <= most; ++i) {
        const uint32_t word = biased(parts);
        if (!rp_health_words(&health, &word, 1)) {
            return i;
        }
    }
    return 0;
}

static void good_noise_passes(void)
{
    state = 1;
    TOY_CHECK_INT(words_until_failure(128, 100000), 0);
    TOY_CHECK_INT(words_until_failure(154, 100000), 0); /* 60 to 40 still has 0.74 bit a bit */
}

static void a_stuck_source_fails_within_two_words(void)
{
    TOY_CHECK_INT(words_until_failure(0, 10), 2);
    TOY_CHECK_INT(words_until_failure(256, 10), 2);
}

static void a_leaning_source_fails_within_a_few_windows(void)
{
    state = 2;
    const uint32_t words = words_until_failure(222, 400); /* 87 to 13: 0.2 bit a bit */
    TOY_CHECK(words > 0u && words <= 64u);
}

static void a_failure_is_for_good(void)
{
    rp_health_t health;
    const uint32_t dead[2] = {0, 0};
    state = 3;
    rp_health_init(&health);
    TOY_CHECK(!rp_health_words(&health, dead, 2));
    for (unsigned i = 0; i < 1000u; ++i) {
        const uint32_t word = noise();
        TOY_CHECK(!rp_health_words(&health, &word, 1));
    }
}

/* SP 800-90B 4.4.2: the cutoff is 1 + the smallest c with P(B(1024, 2^-H) <= c) >= 1 - 2^-20, H = 0.5. */
static void the_cutoff_is_that_of_the_standard(void)
{
    const double p = 0.70710678118654752;
    static double chance[RP_HEALTH_WINDOW + 1u];
    chance[0] = 1.0;
    for (unsigned n = 1; n <= RP_HEALTH_WINDOW; ++n) { /* one more draw each time */
        for (unsigned k = n; k > 0u; --k) {
            chance[k] = chance[k] * (1.0 - p) + chance[k - 1u] * p;
        }
        chance[0] *= 1.0 - p;
    }
    double above = 0.0;
    unsigned c = RP_HEALTH_WINDOW;
    while (above + chance[c] <= 1.0 / 1048576.0) {
        above += chance[c--];
    }
    TOY_CHECK_INT(RP_HEALTH_PROPORTION, 1u + c);
    TOY_CHECK_INT(RP_HEALTH_REPETITION, 1u + 20u * 2u);
}

int main(void)
{
    TOY_RUN(good_noise_passes);
    TOY_RUN(a_stuck_source_fails_within_two_words);
    TOY_RUN(a_leaning_source_fails_within_a_few_windows);
    TOY_RUN(a_failure_is_for_good);
    TOY_RUN(the_cutoff_is_that_of_the_standard);
    TOY_DONE();
}
