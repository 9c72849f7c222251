/* health.h - is the noise source still noise? The two tests of SP 800-90B, bit by bit.
 * In      raw bits of the source, before any conditioning
 * Out     false for ever once a test has failed: no key is made from that source until the next start
 * Memory  rp_health_t
 * Source  NIST SP 800-90B 4.4.1 repetition count, 4.4.2 adaptive proportion; claimed entropy 0.5 bit a bit (the ring
 *         oscillator is sampled slowly, and von Neumann's balancer lies between), false alarm 2^-20 */
#ifndef RP2350_HEALTH_H
#define RP2350_HEALTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RP_HEALTH_REPETITION 41u   /* 1 + ceil(20 / 0.5) equal bits in a row */
#define RP_HEALTH_WINDOW 1024u
#define RP_HEALTH_PROPORTION 793u  /* 1 + the 1 - 2^-20 quantile of B(1024, 2^-0.5) */
#define RP_HEALTH_START_BITS 4096u /* seen and thrown away before the first bit is handed out */

typedef struct {
    bool failed, last, first;
    uint32_t run, seen, same;
    uint64_t bits; /* since start */
} rp_health_t;

void rp_health_init(rp_health_t *health);
bool rp_health_words(rp_health_t *health, const uint32_t *words, size_t count);

#endif
