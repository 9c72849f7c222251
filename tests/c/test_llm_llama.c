/* The engine says what the numpy specification says, however the work is cut: cores, batches, tiles. */
#include "llm/llama.h"

#include "llm_small_model.h"
#include "toy_test.h"

struct toy_port {
    uint32_t runs;
};

void toy_port_parallel(toy_port_t *port, toy_port_work_t work, void *context, uint32_t parts)
{
    ++port->runs;
    for (uint32_t part = parts; part-- != 0u;) { /* backwards: the order must not matter */
        work(context, part);
    }
}

typedef struct {
    uint32_t under_way;
    uint64_t bytes;
} dma_t;

static void dma_start(void *context, void *to, const void *from, uint32_t count)
{
    dma_t *dma = context;
    TOY_CHECK_INT(dma->under_way, 0);
    dma->under_way = 1;
    dma->bytes += count;
    memcpy(to, from, count);
}

static void dma_wait(void *context) { ((dma_t *)context)->under_way = 0; }

static toy_model_t model;
static toy_port_t port;
static uint64_t block[1 << 13];

static const toy_llama_config_t plain = {.window = 64, .batch = 1, .cores = 1};

static toy_llama_t make(const toy_llama_config_t *config, void *memory, size_t size)
{
    toy_llama_t llama;
    toy_arena_t arena;
    TOY_CHECK_INT(toy_model_open(&model, small_model, sizeof small_model), TOY_OK);
    toy_arena_measure(&arena);
    TOY_CHECK_INT(toy_llama_init(&llama, &model, config, &port, &arena), TOY_OK);
    TOY_CHECK(arena.used_bytes <= size);
    toy_arena_init(&arena, memory, arena.used_bytes);
    TOY_CHECK_INT(toy_llama_init(&llama, &model, config, &port, &arena), TOY_OK);
    return llama;
}

static uint16_t largest(const int32_t *logits)
{
    uint32_t best = 0;
    for (uint32_t i = 1; i < model.vocab; ++i) {
        best = logits[i] > logits[best] ? i : best;
    }
    return (uint16_t)best;
}

static void says_what_is_specified(toy_llama_t *llama)
{
    const int32_t *logits = NULL;
    toy_llama_reset(llama);
    TOY_CHECK_INT(toy_llama_feed(llama, small_tokens, sizeof small_tokens / 2u, &logits), TOY_OK);
    TOY_CHECK_BYTES(logits, small_logits, sizeof small_logits);
    for (uint32_t i = 0; i < sizeof small_said / 2u; ++i) {
        uint16_t token = largest(logits);
        TOY_CHECK_INT(token, small_said[i]);
        TOY_CHECK_INT(toy_llama_feed(llama, &token, 1, &logits), TOY_OK);
    }
}

static void one_core_one_token(void)
{
    toy_llama_t llama = make(&plain, block, sizeof block);
    says_what_is_specified(&llama);
    says_what_is_specified(&llama); /* again after a reset */
}

static void cores_and_batches_change_nothing(void)
{
    for (uint32_t cores = 1; cores <= 4u; ++cores) {
        for (uint32_t batch = 1; batch <= 16u; batch += 5) {
            toy_llama_config_t config = {.window = 64, .batch = batch, .cores = cores};
            toy_llama_t llama = make(&config, block, sizeof block);
            says_what_is_specified(&llama);
        }
    }
}

static void tiles_change_nothing(void)
{
    for (uint32_t tile_bytes = 88; tile_bytes < 3000u; tile_bytes = tile_bytes * 3u / 2u) {
        dma_t dma = {0, 0};
        toy_llama_config_t config = {.window = 64, .batch = 3, .cores = 2, .fetch = {dma_start, dma_wait, &dma, tile_bytes}};
        toy_llama_t llama = make(&config, block, sizeof block);
        says_what_is_specified(&llama);
        TOY_CHECK(dma.bytes > 0u);
    }
    toy_llama_t llama;
    toy_arena_t arena;
    toy_arena_measure(&arena);
    toy_llama_config_t config = {.window = 64, .batch = 1, .cores = 1, .fetch = {dma_start, dma_wait, NULL, 87}};
    TOY_CHECK_INT(toy_llama_init(&llama, &model, &config, &port, &arena), TOY_ERR_ARG);
}

static void two_models_do_not_disturb_each_other(void)
{
    const int32_t *logits = NULL;
    const uint16_t other[2] = {7, 9};
    toy_llama_t first = make(&plain, block, sizeof block / 2u);
    toy_llama_t second = make(&plain, block + (1 << 12), sizeof block / 2u);
    TOY_CHECK_INT(toy_llama_feed(&second, other, 2, &logits), TOY_OK);
    says_what_is_specified(&first);
    TOY_CHECK_INT(second.position, 2);
}

static void a_story_goes_on_when_the_window_is_full(void)
{
    toy_llama_config_t config = {.window = 16, .batch = 4, .cores = 2};
    toy_llama_t llama = make(&config, block, sizeof block);
    const int32_t *logits = NULL;
    uint16_t token = 1;
    for (uint32_t i = 0; i < 2048u; ++i) {
        TOY_CHECK_INT(toy_llama_feed(&llama, &token, 1, &logits), TOY_OK);
        token = largest(logits);
    }
    TOY_CHECK_INT(toy_llama_feed(&llama, &token, 1, &logits), TOY_ERR_FULL);
    toy_llama_reset(&llama);
    TOY_CHECK_INT(toy_llama_feed(&llama, &token, 1, &logits), TOY_OK);
}

static void what_slid_out_is_forgotten(void)
{
    /* Two different beginnings, then the same 40 tokens through a window of 16: only sinks and deeper layers differ,
     * while a window of 64 still sees all of it. With equal sinks the window of 16 must agree at last. */
    toy_llama_config_t config = {.window = 16, .batch = 1, .cores = 1};
    int32_t last[2] = {0, 0};
    for (uint32_t story = 0; story < 2u; ++story) {
        toy_llama_t llama = make(&config, block, sizeof block);
        const int32_t *logits = NULL;
        for (uint32_t i = 0; i < 60u; ++i) {
            uint16_t token = (uint16_t)(i == 6u ? 20u + story : 30u + i * 7u % 200u);
            TOY_CHECK_INT(toy_llama_feed(&llama, &token, 1, &logits), TOY_OK);
        }
        last[story] = logits[100];
    }
    TOY_CHECK_INT(last[0], last[1]);
}

static void wrong_arguments_are_errors(void)
{
    toy_llama_t llama = make(&plain, block, sizeof block);
    const int32_t *logits = NULL;
    uint16_t token = (uint16_t)model.vocab;
    TOY_CHECK_INT(toy_llama_feed(&llama, &token, 1, &logits), TOY_ERR_ARG);
    TOY_CHECK_INT(toy_llama_feed(&llama, &token, 0, &logits), TOY_ERR_ARG);
    const toy_llama_config_t wrong[5] = {{.window = 62, .batch = 1, .cores = 1},
                                         {.window = 516, .batch = 1, .cores = 1},
                                         {.window = 64, .batch = 17, .cores = 1},
                                         {.window = 64, .batch = 0, .cores = 1},
                                         {.window = 64, .batch = 1, .cores = 5}};
    for (uint32_t i = 0; i < 5u; ++i) {
        toy_arena_t arena;
        toy_arena_measure(&arena);
        TOY_CHECK_INT(toy_llama_init(&llama, &model, &wrong[i], &port, &arena), TOY_ERR_ARG);
    }
    toy_arena_t arena;
    toy_arena_init(&arena, block, 1000);
    TOY_CHECK_INT(toy_llama_init(&llama, &model, &plain, &port, &arena), TOY_ERR_MEMORY);
}

int main(void)
{
    TOY_RUN(one_core_one_token);
    TOY_RUN(cores_and_batches_change_nothing);
    TOY_RUN(tiles_change_nothing);
    TOY_RUN(two_models_do_not_disturb_each_other);
    TOY_RUN(a_story_goes_on_when_the_window_is_full);
    TOY_RUN(what_slid_out_is_forgotten);
    TOY_RUN(wrong_arguments_are_errors);
    TOY_DONE();
}
