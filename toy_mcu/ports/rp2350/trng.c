#include "rp2350/trng.h"

#include <string.h>

#include "hardware/structs/trng.h"
#include "hardware/timer.h"
#include "rp2350/logic/health.h"

enum { BLOCK_WORDS = 6, WAIT_US = 20000, SAMPLE_CLOCKS = 25, RESET_CLOCKS = 32 };

static rp_health_t health;

static void start(void)
{
    trng_hw->trng_sw_reset = 1u;
    for (volatile int i = 0; i < RESET_CLOCKS; ++i) { /* the reset takes a few clocks and tells nobody when it is over */
    }
    trng_hw->rnd_source_enable = 0u;
    trng_hw->trng_config = 0u;       /* the shortest chain is the fastest, and jitters most for its period */
    trng_hw->sample_cnt1 = SAMPLE_CLOCKS;
    trng_hw->trng_debug_control = 0u; /* von Neumann, autocorrelation and repeated-block tests all on */
    trng_hw->rnd_source_enable = 1u;
    rp_health_init(&health);
}

static toy_status_t read_block(uint32_t words[BLOCK_WORDS])
{
    const uint32_t began = time_us_32();
    while ((trng_hw->trng_valid & TRNG_TRNG_VALID_EHR_VALID_BITS) == 0u) {
        if ((trng_hw->rng_isr & TRNG_RNG_ISR_AUTOCORR_ERR_BITS) != 0u || time_us_32() - began > WAIT_US) {
            health.failed = true;
            return TOY_ERR_PORT;
        }
    }
    for (uint32_t i = 0; i < BLOCK_WORDS; ++i) {
        words[i] = trng_hw->ehr_data[i]; /* the last one starts the next block */
    }
    return rp_health_words(&health, words, BLOCK_WORDS) ? TOY_OK : TOY_ERR_PORT;
}

toy_status_t rp_trng_read(void *bytes, size_t count)
{
    uint32_t words[BLOCK_WORDS];
    if (health.bits == 0u) {
        start();
    }
    while (!health.failed && health.bits < RP_HEALTH_START_BITS) {
        TOY_TRY(read_block(words));
    }
    if (health.failed) {
        return TOY_ERR_PORT;
    }
    for (uint8_t *at = bytes; count != 0u;) {
        TOY_TRY(read_block(words));
        const size_t step = count < sizeof words ? count : sizeof words;
        memcpy(at, words, step);
        at += step;
        count -= step;
    }
    memset(words, 0, sizeof words);
    __asm volatile("" : : "r"(words) : "memory"); /* or the wiping is left out */
    return TOY_OK;
}
