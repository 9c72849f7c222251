/* llm_tool - tells a story and counts what it cost; the same program on the host and on QEMU's Cortex-M33.
 * In      words key=value: model, prompt (blanks and others as %XX), steps, temperature, top_p (thousandths), guard,
 *         seed, window, batch, cores, tile (bytes; 0 in place), mode=text|count|tokens
 * Out     the text; or a line `position P instructions I multiply M attend A` a token; or a line of token ids;
 *         then a line of sizes
 * Errors  exit status 1 and the status code */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "llm/story.h"
#include "platform.h"

struct toy_port {
    const toy_llama_t *llama;
    uint64_t spent[3]; /* instructions by stage */
};

void toy_port_parallel(toy_port_t *port, toy_port_work_t work, void *context, uint32_t parts)
{
    uint64_t before = platform_instructions();
    platform_parallel(work, context, parts);
    port->spent[port->llama->stage] += platform_instructions() - before;
}

/* What a DMA channel does on the board. */
static void copy_tile(void *context, void *to, const void *from, uint32_t count)
{
    *(uint64_t *)context += count;
    memcpy(to, from, count);
}
static void copied(void *context) { (void)context; }

static const char *option(int count, char **words, const char *name, const char *otherwise)
{
    size_t length = strlen(name);
    for (int i = 0; i < count; ++i) {
        if (strncmp(words[i], name, length) == 0 && words[i][length] == '=') {
            return words[i] + length + 1;
        }
    }
    return otherwise;
}

static uint32_t number(int count, char **words, const char *name, const char *otherwise)
{
    return (uint32_t)strtoul(option(count, words, name, otherwise), NULL, 10);
}

static size_t decode(const char *percent, char *text, size_t room)
{
    size_t count = 0;
    for (; *percent != '\0' && count < room; ++count) {
        unsigned code;
        if (*percent == '%' && sscanf(percent + 1, "%2x", &code) == 1) {
            text[count] = (char)code;
            percent += 3;
        } else {
            text[count] = *percent++;
        }
    }
    return count;
}

static int fail(const char *what, int status)
{
    char line[80];
    int length = snprintf(line, sizeof line, "llm_tool: %s: status %d\n", what, status);
    platform_print(line, (size_t)length);
    return 1;
}

static void count_line(toy_port_t *port, uint32_t position, uint64_t spent)
{
    char line[120];
    int length = snprintf(line, sizeof line, "position %lu instructions %lu multiply %lu attend %lu\n",
                          (unsigned long)position, (unsigned long)spent, (unsigned long)port->spent[0],
                          (unsigned long)port->spent[1]);
    platform_print(line, (size_t)length);
}

/* The next token, told from the model's own mouth; counting covers the forward pass and the choice. */
static toy_status_t step(toy_story_t *story, const char *mode, toy_port_t *port)
{
    const uint8_t *text = NULL;
    uint32_t length = 0;
    memset(port->spent, 0, sizeof port->spent);
    uint32_t position = story->llama.position;
    uint64_t before = platform_instructions();
    toy_status_t status = toy_story_next(story, &text, &length);
    uint64_t spent = platform_instructions() - before;
    if (strcmp(mode, "count") == 0) {
        if (status == TOY_ERR_EMPTY) { /* the figures go on, the story begins again */
            story->over = false;
            story->token = TOY_TOKEN_BEGIN;
            status = TOY_OK;
        }
        count_line(port, position, spent);
    } else if (status == TOY_OK && strcmp(mode, "tokens") == 0) {
        char line[12];
        platform_print(line, (size_t)snprintf(line, sizeof line, "%u ", (unsigned)story->token));
    } else if (status == TOY_OK) {
        platform_print(text, length);
    }
    return status;
}

int main(int argc, char **argv)
{
    static toy_story_t story;
    static toy_port_t port;
    uint64_t fetched = 0;
    port.llama = &story.llama;
    size_t model_bytes = 0;
    void *model = platform_load(option(argc, argv, "model", ""), &model_bytes);
    if (model == NULL) {
        return fail("no such model", 0);
    }
    toy_llama_config_t config = {.window = number(argc, argv, "window", "256"),
                                 .batch = number(argc, argv, "batch", "1"),
                                 .cores = number(argc, argv, "cores", "2")};
    uint32_t tile_bytes = number(argc, argv, "tile", "0");
    if (tile_bytes != 0u) {
        config.fetch = (toy_fetch_t){copy_tile, copied, &fetched, tile_bytes};
    }
    toy_arena_t arena;
    toy_arena_measure(&arena);
    toy_status_t status = toy_story_init(&story, model, model_bytes, &config, &port, &arena);
    if (status != TOY_OK) {
        return fail("model", status);
    }
    const size_t arena_bytes = arena.used_bytes;
    void *memory = platform_arena(arena_bytes);
    toy_arena_init(&arena, memory, arena_bytes);
    if (memory == NULL || (status = toy_story_init(&story, model, model_bytes, &config, &port, &arena)) != TOY_OK) {
        return fail("arena", memory == NULL ? (int)arena_bytes : status);
    }

    static char prompt[TOY_STORY_PROMPT_BYTES];
    const size_t prompt_bytes = decode(option(argc, argv, "prompt", ""), prompt, sizeof prompt);
    const toy_sampler_config_t sampling = {.temperature_milli = (uint16_t)number(argc, argv, "temperature", "0"),
                                           .top_p_milli = (uint16_t)number(argc, argv, "top_p", "900"),
                                           .guard_tokens = (uint16_t)number(argc, argv, "guard", "0"),
                                           .seed = number(argc, argv, "seed", "0")};
    const char *mode = option(argc, argv, "mode", "text");
    platform_paint_stack();
    uint64_t before = platform_instructions();
    if ((status = toy_story_begin(&story, prompt, prompt_bytes, &sampling)) != TOY_OK) {
        return fail("prompt", status);
    }
    uint64_t spent = platform_instructions() - before;
    const uint32_t prompt_tokens = story.llama.position;
    if (strcmp(mode, "count") == 0) {
        count_line(&port, 0, spent);
    } else if (strcmp(mode, "text") == 0) {
        platform_print(prompt, prompt_bytes);
    }
    for (uint32_t i = number(argc, argv, "steps", "64"); i != 0u && status == TOY_OK; --i) {
        status = step(&story, mode, &port);
    }
    if (status != TOY_OK && status != TOY_ERR_EMPTY) {
        return fail("story", status);
    }
    char line[200];
    int length = snprintf(line, sizeof line,
                          "\nsizes model_bytes %lu arena_bytes %lu state_bytes %lu stack_bytes %lu prompt_tokens %lu "
                          "fetched_bytes %lu ended %u\n",
                          (unsigned long)story.model.size_bytes, (unsigned long)arena_bytes,
                          (unsigned long)sizeof story, (unsigned long)platform_stack_bytes(),
                          (unsigned long)prompt_tokens, (unsigned long)fetched, status == TOY_ERR_EMPTY);
    platform_print(line, (size_t)length);
    return 0;
}
