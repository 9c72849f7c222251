/* The story model at work, with a tiny random model: sentences come whole, checked, one at a time; a bad model is refused. */
#include "app/alone/content_blob.h"
#include "app/alone/teller.h"
#include "app/alone/unsafe.h"
#include "fake_port.h"
#include "llm_small_model.h"
#include "toy_test.h"

static toy_content_t content;
static toy_teller_t teller;
static toy_port_t port;
static uint8_t memory[65536];

static toy_status_t start(const void *model, size_t bytes)
{
    const toy_teller_config_t config = {.model = model, .model_bytes = bytes, .llama = {.window = 32, .batch = 4, .cores = 1}};
    toy_arena_t arena;
    toy_arena_init(&arena, memory, sizeof memory);
    return toy_teller_init(&teller, &config, &content, &port, &arena);
}

/* On a board with PSRAM: the arena is untouched, and a room too small is said. */
static void a_model_can_have_memory_of_its_own(void)
{
    static uint8_t room[65536];
    toy_teller_config_t config = {.model = small_model,
                                  .model_bytes = SMALL_MODEL_BYTES,
                                  .llama = {.window = 32, .batch = 4, .cores = 1},
                                  .room = room,
                                  .room_bytes = sizeof room};
    toy_arena_t arena;
    toy_arena_init(&arena, memory, 0);
    TOY_CHECK_INT(toy_teller_init(&teller, &config, &content, &port, &arena), TOY_OK);
    TOY_CHECK(toy_teller_has_model(&teller));
    TOY_CHECK((uint8_t *)teller.story >= room && (uint8_t *)teller.story < room + sizeof room);
    TOY_CHECK_INT(arena.used_bytes, 0);
    config.room_bytes = 256;
    TOY_CHECK_INT(toy_teller_init(&teller, &config, &content, &port, &arena), TOY_ERR_MEMORY);
    TOY_CHECK(!toy_teller_has_model(&teller));
}

static void without_a_model_it_says_so(void)
{
    TOY_CHECK_INT(start(NULL, 0), TOY_OK);
    TOY_CHECK(!toy_teller_has_model(&teller));
}

static void a_damaged_model_is_refused(void)
{
    static uint64_t damaged[SMALL_MODEL_BYTES / 8u];
    memcpy(damaged, small_model, sizeof damaged);
    damaged[sizeof damaged / 16u] ^= 1u;
    TOY_CHECK(start(damaged, sizeof damaged) != TOY_OK);
    TOY_CHECK(!toy_teller_has_model(&teller));
}

/* A random model babbles; what comes out are still pieces of text that fit, hold no unsafe word, and end some time. */
static void it_always_ends_and_never_runs_over(void)
{
    char text[TOY_TELLER_SENTENCE_BYTES];
    unsigned sentences = 0;
    TOY_CHECK_INT(start(small_model, SMALL_MODEL_BYTES), TOY_OK);
    for (uint32_t seed = 1; seed <= 20u; ++seed) {
        unsigned steps = 0;
        toy_teller_begin(&teller, SMALL_TEXT, seed);
        while (!toy_teller_is_over(&teller) && steps < 20000u) {
            toy_teller_step(&teller);
            ++steps;
            if (toy_teller_take(&teller, text)) {
                ++sentences;
                TOY_CHECK(memchr(text, '\0', sizeof text) != NULL);
                TOY_CHECK(!toy_unsafe_find(&content, text));
            }
        }
        TOY_CHECK(toy_teller_is_over(&teller));
    }
    printf("%u sentences\n", sentences);
    TOY_CHECK(sentences > 0u);
}

/* With all its sentences in hand it waits, and computes nothing meanwhile. */
static void it_runs_some_sentences_ahead_and_no_more(void)
{
    char text[TOY_TELLER_SENTENCE_BYTES];
    TOY_CHECK_INT(start(small_model, SMALL_MODEL_BYTES), TOY_OK);
    toy_teller_begin(&teller, SMALL_TEXT, 1);
    teller.waiting = TOY_TELLER_AHEAD;
    for (unsigned i = 0; i < 50u; ++i) {
        toy_teller_step(&teller);
    }
    TOY_CHECK_INT(teller.story->llama.position, 0);
    for (unsigned left = TOY_TELLER_AHEAD; left > 0u; --left) {
        TOY_CHECK(toy_teller_take(&teller, text));
    }
    TOY_CHECK(!toy_teller_take(&teller, text) && !toy_teller_is_over(&teller));
    toy_teller_step(&teller);
    TOY_CHECK(teller.story->llama.position > 0u);
}

static void hushed_it_is_silent(void)
{
    char text[TOY_TELLER_SENTENCE_BYTES];
    TOY_CHECK_INT(start(small_model, SMALL_MODEL_BYTES), TOY_OK);
    toy_teller_begin(&teller, SMALL_TEXT, 1);
    toy_teller_step(&teller);
    toy_teller_hush(&teller);
    toy_teller_step(&teller);
    TOY_CHECK(!toy_teller_take(&teller, text) && toy_teller_is_over(&teller));
}

int main(void)
{
    TOY_CHECK_INT(toy_content_open(&content, toy_content_blob, (size_t)(toy_content_blob_end - toy_content_blob)), TOY_OK);
    TOY_RUN(a_model_can_have_memory_of_its_own);
    TOY_RUN(without_a_model_it_says_so);
    TOY_RUN(a_damaged_model_is_refused);
    TOY_RUN(it_always_ends_and_never_runs_over);
    TOY_RUN(it_runs_some_sentences_ahead_and_no_more);
    TOY_RUN(hushed_it_is_silent);
    TOY_DONE();
}
