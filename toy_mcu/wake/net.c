#include "wake/net.h"

#include <string.h>

#include "wake/kernels.h"

#define BANDS TOY_FEATURES_BANDS
#define STEM_HOPS 4
#define STEM_REACH 5 /* bands that one stem output sees, every second band */
#define STEM_PLACES (BANDS / 2)
#define STEM_ROWS 3
#define MIX_PLACES (BANDS / 4)

static uint32_t padded(uint32_t outputs) { return (outputs + 3u) & ~3u; }

static uint32_t checksum(const uint8_t *bytes, size_t count)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < count; ++i) {
        sum = (sum + bytes[i] + 1u) * 2654435761u;
    }
    return sum;
}

/* Cuts one layer off the blob's rest. weights includes the padding that keeps the next layer on a word. */
static bool cut(const uint8_t **at, size_t *left, toy_net_layer_t *layer, uint32_t outputs, uint32_t weights)
{
    size_t need = (size_t)outputs * 8u + ((weights + 3u) & ~3u);
    if (*left < need) {
        return false;
    }
    const void *words = *at; /* the blob begins on a word and every piece is whole words */
    layer->bias = words;
    layer->scale = layer->bias + outputs;
    layer->weights = (const int8_t *)(layer->scale + outputs);
    *at += need;
    *left -= need;
    return true;
}

static bool sensible(const toy_net_head_t *head)
{
    return head->channels % 4 == 0 && head->channels > 0 && head->channels <= TOY_NET_CHANNELS_MAX &&
           head->middle % 4 == 0 && head->middle > 0 && head->middle <= TOY_NET_MIDDLE_MAX && head->width % 4 == 0 &&
           head->width > 0 && head->blocks > 0 && head->blocks <= TOY_NET_BLOCKS_MAX && head->taps > 0 &&
           head->taps <= TOY_NET_TAPS_MAX && head->outputs >= 2 && head->outputs <= TOY_NET_OUTPUTS_MAX &&
           head->smooth_steps > 0;
}

static toy_status_t open_blob(toy_net_t *net, const void *blob, size_t size_bytes)
{
    const toy_net_head_t *head = blob;
    const size_t unchecked = offsetof(toy_net_head_t, channels);
    if (blob == NULL || size_bytes < sizeof *head || ((uintptr_t)blob & 3u) != 0 || memcmp(head->magic, "TWN2", 4) != 0 ||
        head->size_bytes != size_bytes || !sensible(head) ||
        head->checksum != checksum((const uint8_t *)blob + unchecked, size_bytes - unchecked)) {
        return TOY_ERR_MODEL;
    }
    const uint8_t *at = (const uint8_t *)blob + sizeof *head;
    size_t left = size_bytes - sizeof *head;
    uint32_t channels = head->channels, middle = head->middle, width = head->width, outputs = padded(head->outputs);
    bool good = cut(&at, &left, &net->stem, channels, STEM_HOPS * STEM_REACH * channels) &&
                cut(&at, &left, &net->spread, channels, 9u * channels) &&
                cut(&at, &left, &net->mix, middle, channels * middle) &&
                cut(&at, &left, &net->project, width, MIX_PLACES * middle * width);
    for (uint32_t b = 0; good && b < head->blocks; ++b) {
        good = cut(&at, &left, &net->over_time[b], width, head->taps * width) &&
               cut(&at, &left, &net->across[b], width, width * width);
    }
    good = good && cut(&at, &left, &net->last, outputs, width * outputs);
    net->head = head;
    return good && left == 0 ? TOY_OK : TOY_ERR_MODEL;
}

toy_status_t toy_net_init(toy_net_t *net, const void *blob, size_t size_bytes, toy_arena_t *arena)
{
    memset(net, 0, sizeof *net);
    TOY_TRY(open_blob(net, blob, size_bytes));
    const toy_net_head_t *head = net->head;
    net->scores = toy_arena_take(arena, sizeof(uint16_t) * head->outputs, 4);
    net->bands = toy_arena_take(arena, STEM_HOPS * BANDS, 4);
    net->stems = toy_arena_take(arena, (size_t)STEM_ROWS * STEM_PLACES * head->channels, 4);
    net->flat = toy_arena_take(arena, (size_t)MIX_PLACES * head->middle, 4);
    net->now = toy_arena_take(arena, head->width, 4);
    for (uint32_t b = 0; b < head->blocks; ++b) {
        net->past[b] = toy_arena_take(arena, (size_t)head->taps * head->width, 4);
    }
    return arena->failed ? TOY_ERR_MEMORY : TOY_OK;
}

void toy_net_reset(toy_net_t *net)
{
    const toy_net_head_t *head = net->head;
    memset(net->bands, 0, STEM_HOPS * BANDS);
    memset(net->stems, 0, (size_t)STEM_ROWS * STEM_PLACES * head->channels);
    for (uint32_t b = 0; b < head->blocks; ++b) {
        memset(net->past[b], 0, (size_t)head->taps * head->width);
    }
    memset(net->scores, 0, sizeof(uint16_t) * head->outputs);
    net->hops = net->stem_at = net->past_at = 0;
}

/* (4, 40) -> one row (20, channels) of the stem ring. */
static void stem(toy_net_t *net)
{
    uint32_t channels = net->head->channels;
    uint8_t *row = net->stems + (size_t)net->stem_at * STEM_PLACES * channels;
    for (uint32_t place = 0; place < STEM_PLACES; ++place) {
        uint8_t patch[STEM_HOPS * STEM_REACH];
        for (uint32_t hop = 0, at = 0; hop < STEM_HOPS; ++hop) {
            for (uint32_t reach = 0; reach < STEM_REACH; ++reach, ++at) {
                uint32_t band = 2 * place + reach - 2u; /* wraps below zero, which the comparison also catches */
                patch[at] = band < BANDS ? net->bands[hop * BANDS + band] : 0;
            }
        }
        toy_kernel_dense(&net->stem, patch, sizeof patch, row + (size_t)place * channels, channels, false);
    }
    net->stem_at = (uint8_t)((net->stem_at + 1) % STEM_ROWS);
}

/* Three stem rows -> (10, middle), flat. */
static void spread_and_mix(toy_net_t *net)
{
    static const uint8_t nothing[TOY_NET_CHANNELS_MAX];
    uint32_t channels = net->head->channels, middle = net->head->middle;
    for (uint32_t place = 0; place < MIX_PLACES; ++place) {
        const uint8_t *rows[9];
        for (uint32_t i = 0; i < 9; ++i) {
            uint32_t row = (net->stem_at + i / 3) % STEM_ROWS;
            uint32_t from = 2 * place + i % 3 - 1u;
            rows[i] = from < STEM_PLACES ? net->stems + (row * STEM_PLACES + from) * channels : nothing;
        }
        uint8_t spread[TOY_NET_CHANNELS_MAX];
        toy_kernel_depthwise(&net->spread, rows, 9, spread, channels);
        toy_kernel_dense(&net->mix, spread, channels, net->flat + (size_t)place * middle, middle, false);
    }
}

static void run_blocks(toy_net_t *net)
{
    uint32_t width = net->head->width, taps = net->head->taps;
    for (uint32_t b = 0; b < net->head->blocks; ++b) {
        uint8_t *past = net->past[b];
        memcpy(past + (size_t)net->past_at * width, net->now, width);
        const uint8_t *rows[TOY_NET_TAPS_MAX];
        for (uint32_t k = 0; k < taps; ++k) {
            rows[k] = past + (size_t)((net->past_at + 1u + k) % taps) * width;
        }
        uint8_t passed[TOY_NET_WIDTH_MAX];
        toy_kernel_depthwise(&net->over_time[b], rows, taps, passed, width);
        toy_kernel_dense(&net->across[b], passed, width, net->now, width, true);
    }
    net->past_at = (uint8_t)((net->past_at + 1u) % taps);
}

static void score(toy_net_t *net)
{
    int32_t logits_q8[TOY_NET_OUTPUTS_MAX];
    const int8_t *weights = net->last.weights;
    for (uint32_t o = 0; o < net->head->outputs; o += 4, weights += (size_t)4 * net->head->width) {
        int32_t sums[4];
        memcpy(sums, net->last.bias + o, sizeof sums);
        toy_kernel_sums(net->now, net->head->width, weights, sums);
        for (uint32_t j = 0; j < 4; ++j) {
            logits_q8[o + j] = toy_kernel_scaled(sums[j], net->last.scale[o + j]);
        }
    }
    toy_kernel_softmax(logits_q8, net->scores, net->head->outputs);
}

bool toy_net_hop(toy_net_t *net, const uint8_t bands[BANDS])
{
    memmove(net->bands, net->bands + BANDS, (STEM_HOPS - 1) * BANDS);
    memcpy(net->bands + (STEM_HOPS - 1) * BANDS, bands, BANDS);
    net->hops = (uint8_t)((net->hops + 1u) & 3u);
    if ((net->hops & 1u) != 0) {
        return false;
    }
    stem(net);
    if (net->hops != 0) {
        return false;
    }
    spread_and_mix(net);
    toy_kernel_dense(&net->project, net->flat, (uint32_t)MIX_PLACES * net->head->middle, net->now, net->head->width, false);
    run_blocks(net);
    score(net);
    return true;
}
