/* net.h - a streaming int8 network of depthwise-separable convolutions: bands in, class probabilities out.
 * In      uint8[40] every 10 ms; a model blob as models/wake/blob.py writes it, which stays where it is (flash)
 * Out     every 40 ms uint16[outputs], 0..32767 = 0..1, summing to about 1
 * Memory  caller's arena, toy_net_arena_bytes(); never allocates
 * Time    budget in tests/budgets.toml; about 2.5 instructions a weight and step
 * Errors  TOY_ERR_MODEL for a blob that is cut short, altered or too large, TOY_ERR_MEMORY
 * Source  DS-CNN (Zhang 2017) and TC-ResNet (Choi 2019); reference models/wake/reference.py
 * Shapes  bands (4, 40) -> stem (20, C) every 20 ms -> depthwise 3x3 (10, C) every 40 ms -> pointwise (10, M)
 *         -> project (W) -> blocks times {depthwise over the last `taps` steps, pointwise, plus input} (W) -> head (outputs)
 *         activations uint8 with zero = 0, weights int8, sums int32 */
#ifndef TOY_WAKE_NET_H
#define TOY_WAKE_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "wake/features.h"

#define TOY_NET_STEP_MS 40
#define TOY_NET_OUTPUTS_MAX 24
#define TOY_NET_BLOCKS_MAX 8
#define TOY_NET_TAPS_MAX 12
#define TOY_NET_WIDTH_MAX 256
#define TOY_NET_CHANNELS_MAX 32
#define TOY_NET_MIDDLE_MAX 24 /* ten of them side by side: at most 258 products a sum, see quad.h */
#define TOY_NET_ONE 32767

/* The blob's first 64 bytes; every field little-endian, as all machines here are. */
typedef struct {
    char magic[4];       /* "TWN2" */
    uint32_t size_bytes; /* of the whole blob */
    uint32_t checksum;   /* sum of (byte + 1) * 2654435761 chained, over all that follows this field */
    uint8_t channels, middle, width, blocks, taps, outputs;
    uint8_t smooth_steps, refractory_steps;
    uint16_t threshold[TOY_NET_OUTPUTS_MAX - 2]; /* of outputs 2.. for commands; of output 1 for a phrase: [0] */
} toy_net_head_t;

/* One dense or depthwise layer: sum = bias + x * w; out = sum * scale / 2^32. */
typedef struct {
    const int32_t *bias, *scale;
    const int8_t *weights;
} toy_net_layer_t;

typedef struct {
    const toy_net_head_t *head;
    toy_net_layer_t stem, spread, mix, project, last;
    toy_net_layer_t over_time[TOY_NET_BLOCKS_MAX], across[TOY_NET_BLOCKS_MAX];
    uint8_t *bands;                     /* (4, 40), oldest first */
    uint8_t *stems;                     /* (3, 20 * channels), a ring */
    uint8_t *flat, *now;                /* (10 * middle), (width) */
    uint8_t *past[TOY_NET_BLOCKS_MAX];  /* (taps, width), a ring each */
    uint16_t *scores;                   /* (outputs) */
    uint8_t hops, stem_at, past_at;
} toy_net_t;

TOY_MUST_USE toy_status_t toy_net_init(toy_net_t *net, const void *blob, size_t size_bytes, toy_arena_t *arena);

/* As after init: forgets the sound, keeps the model. */
void toy_net_reset(toy_net_t *net);

/* Takes one hop of bands. Out: true when net->scores is new, which is at every fourth hop. */
bool toy_net_hop(toy_net_t *net, const uint8_t bands[TOY_FEATURES_BANDS]);

#endif
