/* APP=stories: the toy's Llama alone, on both cores. Stories over USB and the UART, with tokens a second and the bytes that it
 * reads for them; the light is on when a story is done. The model comes from its part of the flash (`plush flash model FILE`);
 * it is copied into SRAM when it fits, else read where it lies. */
#include <stdio.h>
#include <string.h>

#include "board.h"
#include "hardware/gpio.h"
#include "hardware/timer.h"
#include "llm/story.h"
#include "rp2350/clock_set.h"
#include "rp2350/core1.h"
#include "rp2350/flash_access.h"
#include "rp2350/logic/partition.h"
#include "rp2350/port_rp2350.h"
#include "rp2350/psram_room.h"
#include "rp2350/trng.h"
#include "rp2350/uart.h"
#include "rp2350/usb.h"

#define MODEL_SRAM_BYTES (276u * 1024u)
#define ARENA_BYTES (96u * 1024u)
#define STEPS_MOST 256u
#define BETWEEN_STORIES_US 5000000u
#define LINE_BYTES 160u

static _Alignas(8) uint8_t sram_model[MODEL_SRAM_BYTES], arena_block[ARENA_BYTES];
static toy_story_t story;
static toy_port_t port;

static void say(const void *text, size_t count)
{
    (void)rp_uart_send(text, count);
    rp_usb_send(text, count);
}

static void say_line(const char *line) { say(line, strlen(line)); }

/* In SRAM a byte of weights costs one cycle of one of eight banks; over QSPI it shares 37 MB/s with everything else. */
static const uint8_t *place(const uint8_t *model, uint32_t bytes)
{
    if (bytes > MODEL_SRAM_BYTES) {
        return model;
    }
    memcpy(sram_model, model, bytes);
    return sram_model;
}

static toy_status_t open_model(void)
{
    uint32_t bytes = 0;
    const rp_part_t *part = &rp_flash_parts()->model;
    const uint8_t *model = rp_model_find(rp_flash_at(part->offset), part->bytes, &bytes);
    const toy_llama_config_t config = {.window = 256, .batch = 1, .cores = 2};
    toy_arena_t arena;
    if (model == NULL) {
        say_line("no model, or a damaged one: plush flash model FILE\r\n");
        return TOY_ERR_EMPTY;
    }
    model = place(model, bytes);
    toy_arena_init(&arena, arena_block, sizeof arena_block);
    toy_status_t status = toy_story_init(&story, model, bytes, &config, &port, &arena);
    size_t room_bytes;
    void *room = rp_psram_room(&room_bytes);
    if (status == TOY_ERR_MEMORY && room != NULL) {
        say_line("a large model: its cache lies in PSRAM\r\n");
        toy_arena_init(&arena, room, room_bytes);
        status = toy_story_init(&story, model, bytes, &config, &port, &arena);
    }
    if (status != TOY_OK) {
        say_line(status == TOY_ERR_MEMORY ? "this model needs more memory than the board has\r\n"
                                          : "this firmware cannot read that model\r\n");
    }
    return status;
}

static void report(uint32_t tokens, uint32_t spent_us)
{
    char line[LINE_BYTES];
    const uint32_t tenths = (uint32_t)((uint64_t)tokens * 10000000u / (spent_us + 1u));
    const uint32_t bytes_a_ms = (uint32_t)((uint64_t)story.model.size_bytes * tenths / 10000u);
    const bool in_sram = story.model.bytes == sram_model;
    (void)snprintf(line, sizeof line, "\r\n[%lu tokens, %lu.%lu a second, %s reads %lu.%lu MB/s]\r\n", (unsigned long)tokens,
                   (unsigned long)tenths / 10u, (unsigned long)tenths % 10u, in_sram ? "SRAM" : "flash",
                   (unsigned long)bytes_a_ms / 1000u, (unsigned long)bytes_a_ms / 100u % 10u);
    say_line(line);
}

static void tell(const toy_sampler_config_t *sampling)
{
    const uint8_t *text = NULL;
    uint32_t length = 0, tokens = 0;
    gpio_put(BOARD_MIC_LIGHT, false);
    if (toy_story_begin(&story, "", 0, sampling) != TOY_OK) {
        return;
    }
    const uint32_t began = time_us_32();
    for (; tokens < STEPS_MOST && toy_story_next(&story, &text, &length) == TOY_OK; ++tokens) {
        say(text, length);
        rp_usb_poll();
    }
    report(tokens, time_us_32() - began);
    gpio_put(BOARD_MIC_LIGHT, true);
}

static void start_memory(const rp_clock_plan_t *clocks)
{
    char line[LINE_BYTES];
    rp_psram_report_t found;
    const toy_status_t status = rp_psram_room_start(&found, clocks);
    if (!BOARD_HAS_PSRAM) {
        return;
    }
    (void)snprintf(line, sizeof line, "PSRAM: status %d, %lu MB, %lu bad words, reads %lu KB/s, writes %lu KB/s\r\n", (int)status,
                   (unsigned long)(found.bytes >> 20), (unsigned long)found.bad_words, (unsigned long)found.read_bytes_a_ms,
                   (unsigned long)found.write_bytes_a_ms);
    say_line(line);
}

int main(void)
{
    rp_clock_plan_t clocks;
    toy_sampler_config_t sampling = {.temperature_milli = 0, .top_p_milli = 900}; /* the first story is always the same */
    if (rp_clocks_set(&clocks, TOY_SYS_MHZ) != TOY_OK) {
        return 1;
    }
    gpio_init(BOARD_MIC_LIGHT);
    gpio_set_dir(BOARD_MIC_LIGHT, GPIO_OUT);
    rp_uart_start();
    rp_usb_start();
    rp_core1_start(NULL);
    start_memory(&clocks);
    const bool is_ready = open_model() == TOY_OK;
    for (;;) {
        if (is_ready) {
            tell(&sampling);
        }
        sampling.temperature_milli = 800;
        toy_ignore(rp_trng_read(&sampling.seed, sizeof sampling.seed));
        for (const uint32_t began = time_us_32(); time_us_32() - began < BETWEEN_STORIES_US;) {
            rp_usb_poll();
        }
    }
}
