/* fuzz_llm - a model file or a prompt from outside, under libFuzzer.
 * In      byte 0: even = the rest patches the small model (u16 place, u8 or u32 value) and, when byte 0 is 2 mod
 *         4, is also cut there; odd = the rest is text for the good model's tokenizer. One input in sixteen, by lot,
 *         goes on through the engine for two tokens; the others stop behind the loader, ten times as quick
 * Out     nothing; a crash is the finding
 * The checksum is stubbed at link time (toy_crc32 below), so that what lies behind it is reached. */
#include <stdlib.h>
#include <string.h>

#include "../llm_small_model.h"
#include "base/crc32.h"
#include "llm/story.h"

struct toy_port {
    int unused;
};

void toy_port_parallel(toy_port_t *port, toy_port_work_t work, void *context, uint32_t parts)
{
    (void)port;
    for (uint32_t part = 0; part < parts; ++part) {
        work(context, part);
    }
}

/* Always the answer that the header wants: it stands right before the bytes that are summed. */
uint32_t toy_crc32(uint32_t seed, const void *bytes, size_t count)
{
    uint32_t wanted;
    (void)count;
    memcpy(&wanted, (const uint8_t *)bytes - sizeof wanted, sizeof wanted);
    return wanted + seed;
}

static void load(const uint8_t *file, size_t size)
{
    toy_model_t model;
    toy_tokenizer_t tokenizer;
    if (toy_model_open(&model, file, size) != TOY_OK || toy_tokenizer_open(&tokenizer, &model) != TOY_OK) {
        return;
    }
    uint16_t tokens[8];
    uint32_t count = 8;
    if (toy_tokenizer_encode(&tokenizer, "hello", 5, tokens, &count) == TOY_OK) {
        for (uint32_t i = 1; i < count; ++i) {
            const uint8_t *piece = NULL;
            uint8_t scratch;
            volatile uint32_t sink = toy_tokenizer_text(&tokenizer, tokens[i - 1u], tokens[i], &piece, &scratch);
            (void)sink;
        }
    }
}

static void tell(const uint8_t *file, size_t size, const char *prompt, size_t prompt_bytes)
{
    static uint64_t memory[1 << 16];
    static toy_story_t story;
    static toy_port_t port;
    const toy_llama_config_t config = {.window = 8, .batch = 2, .cores = 2};
    const toy_sampler_config_t sampling = {.temperature_milli = 900, .top_p_milli = 900, .guard_tokens = 3, .seed = 1};
    toy_arena_t arena;
    toy_arena_measure(&arena);
    if (toy_story_init(&story, file, size, &config, &port, &arena) != TOY_OK || arena.used_bytes > sizeof memory) {
        return;
    }
    toy_arena_init(&arena, memory, arena.used_bytes); /* exactly what was measured */
    if (toy_story_init(&story, file, size, &config, &port, &arena) != TOY_OK ||
        toy_story_begin(&story, prompt, prompt_bytes, &sampling) != TOY_OK) {
        return;
    }
    volatile uint8_t sink = 0;
    for (uint32_t i = 0; i < 2u; ++i) {
        const uint8_t *text = NULL;
        uint32_t count = 0;
        if (toy_story_next(&story, &text, &count) != TOY_OK) {
            return;
        }
        for (uint32_t j = 0; j < count; ++j) {
            sink = text[j];
        }
    }
    (void)sink;
}

static void encode(const uint8_t *text, size_t size)
{
    static toy_model_t model;
    static toy_tokenizer_t tokenizer;
    if (tokenizer.vocab == 0u && (toy_model_open(&model, small_model, sizeof small_model) != TOY_OK ||
                                  toy_tokenizer_open(&tokenizer, &model) != TOY_OK)) {
        abort();
    }
    const uint32_t needed = (uint32_t)size + 2u, short_of = size != 0u ? text[0] % 4u : 0u;
    uint32_t count = needed > short_of ? needed - short_of : 0u;
    uint16_t *tokens = malloc(count * sizeof *tokens + 1u); /* no larger than we say */
    toy_status_t status = toy_tokenizer_encode(&tokenizer, (const char *)text, size, tokens, &count);
    if (status != TOY_OK) {
        if (short_of == 0u) {
            abort();
        }
        free(tokens);
        return;
    }
    size_t length = 0;
    for (uint32_t i = 1; i < count; ++i) {
        const uint8_t *piece = NULL;
        uint8_t scratch;
        length += toy_tokenizer_text(&tokenizer, tokens[i - 1u], tokens[i], &piece, &scratch);
    }
    if (length != size) { /* the space that encoding puts first hides behind BEGIN again */
        abort();
    }
    free(tokens);
}

/* A number that any change of the input changes: nothing that the fuzzer could hold on to. */
static uint32_t lot(const uint8_t *data, size_t size)
{
    uint32_t hash = 2166136261u; /* FNV-1a */
    for (size_t i = 0; i < size; ++i) {
        hash = (hash ^ data[i]) * 16777619u;
    }
    return hash >> 16;
}

/* A quarter each for the header and the tensor table, which are small and matter most; half for everything. */
static size_t place_of(size_t number)
{
    uint32_t table;
    memcpy(&table, (const uint8_t *)small_model + 76, sizeof table);
    switch (number >> 14) {
    case 0:
        return number % 256u;
    case 1:
        return table + number % 300u;
    default:
        return number % sizeof small_model;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0u) {
        return 0;
    }
    const size_t most = data[0] % 2u != 0u ? 100u : 40u; /* many patches at once only ever hide each other */
    size = size < most ? size : most;
    if (data[0] % 2u != 0u) {
        encode(data + 1, size - 1u);
        return 0;
    }
    size_t length = sizeof small_model;
    uint64_t *copy = malloc(length);
    memcpy(copy, small_model, length);
    size_t at = 1;
    for (; at + 3u <= size; at += 3u) {
        const size_t number = data[at] | (size_t)data[at + 1u] << 8, place = place_of(number);
        if ((number & 0x2000u) != 0u && at + 6u <= size) { /* a whole word, so that values compared with can be tried */
            memcpy((uint8_t *)copy + place / 4u * 4u, data + at + 2u, 4);
            at += 3u;
        } else {
            ((uint8_t *)copy)[place] = data[at + 2u];
        }
    }
    if (data[0] % 4u == 2u) { /* a block of its own, as short as the file */
        length = (data[1 % size] | (size_t)data[2 % size] << 8) % length;
        uint64_t *cut = malloc(length + 1u);
        memcpy(cut, copy, length);
        free(copy);
        copy = cut;
    }
    if (lot(data, size) % 16u == 0u) {
        tell((const uint8_t *)copy, length, "hello", 5);
    } else {
        load((const uint8_t *)copy, length);
    }
    free(copy);
    return 0;
}
