/* sampler.h - which token comes next: the likeliest, or a seeded draw among the likely ones.
 * In      integer logits (natural logarithm, `shift` fractional bits), the tokens said so far
 * Out     a token id; the same for the same seed on every machine
 * Memory  this struct; 1 KB of stack while drawing
 * Time    three passes over the vocabulary
 * Errors  none; a temperature of 0 is greedy
 * Source  nucleus sampling: Holtzman et al. (2019), on a histogram of table steps instead of a sorted list */
#ifndef TOY_LLM_SAMPLER_H
#define TOY_LLM_SAMPLER_H

#include <stdint.h>

#define TOY_SAMPLER_HISTORY 64u

typedef struct {
    uint16_t temperature_milli; /* 0 greedy, 1000 the model's own spread */
    uint16_t top_p_milli;       /* keep the likeliest tokens that sum to this; 1000 all */
    uint16_t guard_tokens;      /* never say a run of this many tokens twice within the history; 0 off */
    uint64_t seed;
} toy_sampler_config_t;

typedef struct {
    toy_sampler_config_t config;
    uint64_t state;
    uint64_t steps_a_unit; /* exp table steps a natural-log unit at this temperature, Q16 */
    uint16_t history[TOY_SAMPLER_HISTORY];
    uint32_t said; /* tokens seen so far */
} toy_sampler_t;

void toy_sampler_init(toy_sampler_t *sampler, const toy_sampler_config_t *config);

/* Tells the sampler of a token that was said (the prompt's too). */
void toy_sampler_saw(toy_sampler_t *sampler, uint16_t token);

uint16_t toy_sampler_pick(toy_sampler_t *sampler, const int32_t *logits, uint32_t vocab, uint32_t shift);

#endif
