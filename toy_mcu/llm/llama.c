/* A Llama, read from bottom to top: toy_llama_feed() takes tokens, block() is one layer, multiply() is where the
 * time goes. Everything is an integer. Two things make that cheap:
 *   - a norm is never carried out: its factor multiplies the *result* of the matrices that follow (norm.h);
 *   - 16-bit weights overlap in memory, so that int8 costs no unpacking (kernels.h). */
#include "llm/llama.h"

#include <string.h>

#include "llm/kernels.h"
#include "llm/norm.h"
#include "llm/tables.h"
#include "toy_ops.h"

/* ---- matrices ---------------------------------------------------------------------------------------------- */

typedef struct {
    const toy_tensor_t *tensor;
    const uint32_t *weights; /* from group `first` on */
    uint32_t first, groups, share; /* share: groups a core */
    int32_t *y;                    /* (batch, stride) */
} rows_t;

typedef struct {
    toy_llama_t *llama;
    rows_t rows[3];
    uint32_t count, batch, stride;
} product_t;

static uint32_t packed_words(const toy_model_t *model)
{
    uint32_t longest = model->dim > model->hidden ? model->dim : model->hidden;
    return (longest + 7u) / 8u * 4u;
}

/* One core's share of rows, for every token of the batch. */
static void multiply_part(void *context, uint32_t part)
{
    const product_t *p = context;
    const uint32_t step = packed_words(p->llama->model);
    for (const rows_t *r = p->rows; r != p->rows + p->count; ++r) {
        const uint32_t from = r->share * part < r->groups ? r->share * part : r->groups;
        const uint32_t to = r->groups - from > r->share ? from + r->share : r->groups;
        if (from == to) {
            continue;
        }
        const uint32_t words = toy_tensor_words(r->tensor);
        const uint32_t *w = r->weights + (size_t)from * (words * 4u + 2u);
        for (uint32_t b = 0; b < p->batch; ++b) {
            int32_t *y = r->y + (size_t)b * p->stride + 4u * r->first;
            (r->tensor->bits == 8u ? toy_kernel_rows8 : toy_kernel_rows4)(
                w, p->llama->packed + (size_t)b * step, words, p->llama->factor[b], y + 4u * from, y + 4u * to);
        }
    }
}

static void run(toy_llama_t *llama, toy_llama_stage_t stage, toy_port_work_t work, void *context)
{
    llama->stage = stage;
    toy_port_parallel(llama->port, work, context, llama->config.cores);
}

/* y[i] (batch, stride) = tensor i times the packed activations. Tensors in place share one parallel run; streamed
 * ones come tile by tile, the next on its way while this one is multiplied. */
static void multiply(toy_llama_t *llama, const toy_tensor_t *tensor, uint32_t count, int32_t *const *y,
                     uint32_t batch, uint32_t stride)
{
    const uint32_t cores = llama->config.cores;
    product_t p; /* not initialised as a whole: that would be a memset a matrix */
    p.llama = llama;
    p.count = 0;
    p.batch = batch;
    p.stride = stride;
    for (uint32_t i = 0; i < count; ++i, ++tensor) {
        for (uint32_t first = 0, groups; first < tensor->rows / 4u; first += groups) {
            const uint32_t *weights = toy_tiles_take(&llama->tiles, tensor, first, &groups);
            p.rows[p.count++] = (rows_t){tensor, weights, first, groups, (groups + cores - 1u) / cores, y[i]};
            if (llama->config.fetch.start != NULL || i + 1u == count) {
                run(llama, TOY_LLAMA_MULTIPLYING, multiply_part, &p);
                p.count = 0;
            }
        }
    }
}

/* ---- one layer --------------------------------------------------------------------------------------------- */

static int32_t *residual_of(const toy_llama_t *llama, uint32_t b) { return llama->residual + b * llama->model->dim; }
static uint32_t *packed_of(const toy_llama_t *llama, uint32_t b)
{
    return llama->packed + b * packed_words(llama->model);
}

static void add_to_residual(toy_llama_t *llama, const int32_t *y, uint32_t batch, uint32_t stride)
{
    for (uint32_t b = 0; b < batch; ++b) {
        toy_kernel_add(residual_of(llama, b), y + (size_t)b * stride, llama->model->dim);
    }
}

static void norm_all(toy_llama_t *llama, uint32_t bits, uint32_t batch)
{
    for (uint32_t b = 0; b < batch; ++b) {
        llama->factor[b] = toy_norm(llama->model, residual_of(llama, b), bits, packed_of(llama, b));
    }
}

static void pack_all(toy_llama_t *llama, const toy_tensor_t *tensor, const int32_t *x, uint32_t count,
                     uint32_t batch, uint32_t stride)
{
    for (uint32_t b = 0; b < batch; ++b) {
        llama->factor[b] = toy_pack_for(tensor, x + (size_t)b * stride, count, packed_of(llama, b));
    }
}

typedef struct {
    toy_llama_t *llama;
    const toy_tensor_t *layer;
    int32_t *q, *k, *v;
    uint32_t *scores;
    uint32_t batch, stride;
} heads_t;

/* One core's share of KV heads. Tokens of a batch go in order: each sees the keys of those before. */
static void attend_part(void *context, uint32_t part)
{
    const heads_t *h = context;
    toy_llama_t *llama = h->llama;
    const toy_model_t *model = llama->model;
    const uint32_t cores = llama->config.cores, pairs = model->head_size / 2u;
    const uint32_t from = model->kv_heads * part / cores, to = model->kv_heads * (part + 1u) / cores;
    uint32_t *scores = h->scores + (size_t)part * llama->cache.window;
    for (uint32_t b = 0; b < h->batch; ++b) {
        const size_t at = (size_t)b * h->stride;
        const toy_attention_t a = {
            .model = model, .layer = h->layer, .cache = &llama->cache, .position = llama->position + b,
            .turn = llama->turn + b * pairs, .sink_turn = llama->sink_turn,
            .q = h->q + at, .k = h->k + at, .v = h->v + at};
        toy_attend(&a, from, to, scores);
    }
}

typedef struct {
    const toy_llama_t *llama;
    const toy_tensor_t *layer;
    int32_t *gate;
    const int32_t *up;
    uint32_t batch, stride;
} gates_t;

/* One core's share of gate = sigmoid(gate) * gate * up, in place. */
static void gate_part(void *context, uint32_t part)
{
    const gates_t *g = context;
    const uint32_t fours = g->llama->model->hidden / 4u, cores = g->llama->config.cores;
    const uint32_t from = fours * part / cores * 4u, to = fours * (part + 1u) / cores * 4u;
    for (uint32_t b = 0; b < g->batch; ++b) {
        const size_t at = (size_t)b * g->stride + from;
        toy_kernel_gate(g->gate + at, g->up + at, to - from, g->layer[4].shift - 6u, g->layer[5].shift,
                        toy_sigmoid_table + 512);
    }
}

/* layer points at WQ, WK, WV, WO, W1, W3, W2. */
static void block(toy_llama_t *llama, const toy_tensor_t *layer, uint32_t batch)
{
    const toy_model_t *model = llama->model;
    const uint32_t dim = model->dim, kv_dim = model->kv_dim, hidden = model->hidden;

    /* x += WO * attention(norm(x)) */
    uint32_t stride = dim + 2u * kv_dim;
    int32_t *q = llama->scratch, *k = q + dim, *v = k + kv_dim;
    norm_all(llama, layer[0].bits, batch);
    multiply(llama, layer, 3, (int32_t *const[]){q, k, v}, batch, stride);
    heads_t heads = {llama, layer, q, k, v, (uint32_t *)(q + (size_t)batch * stride), batch, stride};
    run(llama, TOY_LLAMA_ATTENDING, attend_part, &heads);
    pack_all(llama, layer + 3, q, dim, batch, stride);
    multiply(llama, layer + 3, 1, (int32_t *const[]){q}, batch, stride);
    add_to_residual(llama, q, batch, stride);

    /* x += W2 * (silu(W1 * norm(x)) * (W3 * norm(x))) */
    stride = 2u * hidden;
    int32_t *gate = llama->scratch, *up = gate + hidden;
    norm_all(llama, layer[4].bits, batch);
    multiply(llama, layer + 4, 2, (int32_t *const[]){gate, up}, batch, stride);
    gates_t gates = {llama, layer, gate, up, batch, stride};
    run(llama, TOY_LLAMA_GATING, gate_part, &gates);
    pack_all(llama, layer + 6, gate, hidden, batch, stride);
    multiply(llama, layer + 6, 1, (int32_t *const[]){gate}, batch, stride);
    add_to_residual(llama, gate, batch, stride);
}

/* ---- tokens in, logits out --------------------------------------------------------------------------------- */

/* A row of the embedding, which is usually the classifier, into residual units. */
static void embed(toy_llama_t *llama, uint32_t token, int32_t *x)
{
    const toy_model_t *model = llama->model;
    const toy_tensor_t *table = model->embedding;
    const uint32_t words = toy_tensor_words(table), bits = table->bits;
    const uint32_t *w = toy_tensor_group(model, table, token / 4u);
    const uint32_t multipliers = w[words * 4u + token % 4u / 2u];
    const int32_t multiplier = token % 2u != 0u ? toy_high(multipliers) : toy_low(multipliers);
    w += token % 4u;
    const int32_t *gain = model->embed_gain, *end = gain + model->dim;
    for (; gain != end; w += 4) { /* a word is the row's next columns; up moves each code to the top in turn */
        for (uint32_t up = 32; up != 0u && gain != end; ++gain) {
            up -= bits;
            *x++ = toy_clip(toy_top(toy_high(*w << up) * multiplier, *gain), TOY_RESIDUAL_BITS);
        }
    }
}

static void turns_for(toy_llama_t *llama, uint32_t batch)
{
    for (uint32_t b = 0; b < batch; ++b) {
        toy_rotation_at(llama->model, llama->position + b, llama->turn + b * (llama->model->head_size / 2u));
    }
}

static const int32_t *classify(toy_llama_t *llama, uint32_t last)
{
    const toy_tensor_t *classifier = llama->model->classifier;
    llama->factor[0] = toy_norm(llama->model, residual_of(llama, last), classifier->bits, llama->packed);
    multiply(llama, classifier, 1, (int32_t *const[]){llama->scratch}, 1, 0);
    return llama->scratch;
}

toy_status_t toy_llama_feed(toy_llama_t *llama, const uint16_t *tokens, uint32_t count, const int32_t **logits)
{
    const toy_model_t *model = llama->model;
    for (uint32_t i = 0; i < count; ++i) {
        if (tokens[i] >= model->vocab) {
            return TOY_ERR_ARG;
        }
    }
    if (count == 0u || count > model->positions - llama->position) {
        return count == 0u ? TOY_ERR_ARG : TOY_ERR_FULL;
    }
    uint32_t batch = 0;
    for (uint32_t done = 0; done < count; done += batch) {
        batch = count - done < llama->config.batch ? count - done : llama->config.batch;
        for (uint32_t b = 0; b < batch; ++b) {
            embed(llama, tokens[done + b], residual_of(llama, b));
        }
        turns_for(llama, batch);
        for (const toy_tensor_t *layer = model->first; layer != model->classifier; layer += TOY_TENSORS_A_LAYER) {
            block(llama, layer, batch);
        }
        llama->position += batch;
    }
    if (logits != NULL) {
        *logits = classify(llama, batch - 1u);
    }
    return TOY_OK;
}

void toy_llama_reset(toy_llama_t *llama) { llama->position = 0; }

/* ---- memory ------------------------------------------------------------------------------------------------ */

static uint32_t scratch_words(const toy_model_t *model, const toy_llama_config_t *config)
{
    uint32_t attention = config->batch * (model->dim + 2u * model->kv_dim) + config->cores * config->window;
    uint32_t hidden = config->batch * 2u * model->hidden;
    uint32_t most = attention > hidden ? attention : hidden;
    return most > model->classifier->rows ? most : model->classifier->rows;
}

toy_status_t toy_llama_init(toy_llama_t *llama, const toy_model_t *model, const toy_llama_config_t *config,
                            toy_port_t *port, toy_arena_t *arena)
{
    memset(llama, 0, sizeof *llama);
    if (config->window < 8u || config->window > TOY_ATTENTION_MAX_WINDOW || config->window % 4u != 0u ||
        config->batch == 0u || config->batch > TOY_LLAMA_MAX_BATCH || config->cores == 0u ||
        config->cores > TOY_LLAMA_MAX_CORES) {
        return TOY_ERR_ARG;
    }
    llama->model = model;
    llama->port = port;
    llama->config = *config;
    const uint32_t cache_bytes = model->layers * config->window * model->kv_dim;
    llama->cache.window = config->window;
    llama->cache.keys = toy_arena_take(arena, cache_bytes, 4);
    llama->cache.values = toy_arena_take(arena, cache_bytes, 4);
    llama->residual = toy_arena_take(arena, 4u * config->batch * model->dim, 4);
    llama->packed = toy_arena_take(arena, 4u * config->batch * packed_words(model), 4);
    llama->turn = toy_arena_take(arena, 2u * (config->batch + 1u) * model->head_size, 4);
    llama->scratch = toy_arena_take(arena, 4u * scratch_words(model, config), 4);
    TOY_TRY(toy_tiles_init(&llama->tiles, model, &config->fetch, arena));
    if (arena->failed) {
        return TOY_ERR_MEMORY;
    }
    if (llama->turn != NULL) { /* not when measuring */
        llama->sink_turn = llama->turn + config->batch * (model->head_size / 2u);
        toy_rotation_at(model, config->window - 1u, llama->sink_turn);
    }
    return TOY_OK;
}
