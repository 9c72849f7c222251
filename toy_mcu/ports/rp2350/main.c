/* The plush on the board. Core 0: sound, wake word, buttons and the link, in rounds of 20 ms that the speaker's DMA
 * keeps; core 1: whatever toy_port_parallel() gives away, and the watch over motor, amplifier and cell. */
#include <string.h>

#include "app/alone/content_blob.h"
#include "app/phrase_bank.h"
#include "app/toy.h"
#include "board.h"
#include "hardware/sync.h"
#include "hardware/watchdog.h"
#include "rp2350/body.h"
#include "rp2350/clock_set.h"
#include "rp2350/core1.h"
#include "rp2350/flash_access.h"
#include "rp2350/guard.h"
#include "rp2350/i2s.h"
#include "rp2350/logic/watch.h"
#include "rp2350/links.h"
#include "rp2350/port_rp2350.h"
#include "rp2350/psram_room.h"
#include "rp2350/uart.h"
#include "secure/ear.h"
#include "secure/vault.h"

#define ARENA_BYTES (256u * 1024u) /* with the teller's cache and activations */
#define VOLUME_PERCENT 70u

static toy_port_t port;
static toy_vault_t vault;
static toy_ear_t ear;
static toy_t *toy;
static rp_microphone_t microphone;
static rp_watch_t watch;
static _Alignas(8) uint8_t arena_block[ARENA_BYTES];

/* The lights, the motor and the advertisement follow what the toy does. */
static void on_toy_event(void *context, const toy_event_t *event)
{
    (void)context;
    if (event->kind == TOY_EVENT_STATE) {
        port.speaking = event->number == TOY_SPEAKING;
        port.thinking = event->number == TOY_THINKING;
    }
    if (event->kind == TOY_EVENT_PAIRING) {
        const bool opened = strcmp(event->text, "open") == 0;
        if (opened || strcmp(event->text, "closed") == 0 || strcmp(event->text, "paired") == 0) {
            rp_links_pairing_mode(opened);
        }
    }
}

static toy_status_t init_toy(toy_config_t *config)
{
    const toy_wake_config_t spotter = {
        .phrase_blob = toy_wake_phrase_model,
        .phrase_bytes = toy_wake_phrase_model_bytes,
        .commands_blob = toy_wake_commands_model,
        .commands_bytes = toy_wake_commands_model_bytes,
    };
    const toy_ear_config_t hearing = {.spotter = &spotter};
    toy_arena_t arena;
    toy_arena_init(&arena, arena_block, sizeof arena_block);
    TOY_TRY(toy_ear_init(&ear, &hearing, &arena));
    config->ears = toy_ear_ears(&ear);
    return toy_init(&toy, config, &arena);
}

static toy_status_t start_toy(void)
{
    uint32_t model_bytes = 0; /* no model, or a damaged one: stories come from the content */
    const rp_part_t *part = &rp_flash_parts()->model;
    const uint8_t *model = rp_model_find(rp_flash_at(part->offset), part->bytes, &model_bytes);
    toy_config_t config = {
        .port = &port,
        .listener = {NULL, on_toy_event},
        .phrases = toy_phrase_bank,
        .phrases_bytes = (size_t)(toy_phrase_bank_end - toy_phrase_bank),
        .content = toy_content_blob,
        .content_bytes = (size_t)(toy_content_blob_end - toy_content_blob),
        .teller = {.model = model, .model_bytes = model_bytes, .llama = {.window = 256u, .batch = 4u, .cores = 2u}},
        .name = BOARD_NAME,
        .cipher = toy_vault_cipher(&vault),
        .household = toy_vault_household(&vault),
        .framed = true,
        .volume_percent = VOLUME_PERCENT,
    };
    toy_ignore(toy_vault_init(&vault, &port, true)); /* a damaged key counts as none */
    toy_status_t status = init_toy(&config);
    if (status == TOY_ERR_MEMORY && (config.teller.room = rp_psram_room(&config.teller.room_bytes)) != NULL) {
        status = init_toy(&config); /* a large model, in PSRAM */
    }
    if (status == TOY_ERR_MEMORY) { /* larger than this board: the plush lives, and tells what its content has */
        config.teller = (toy_teller_config_t){0};
        status = init_toy(&config);
    }
    return status;
}

static void hear(void)
{
    static const int16_t nothing[TOY_FRAME_SAMPLES];
    int16_t samples[TOY_FRAME_SAMPLES];
    const uint32_t *words = rp_mic_frame();
    if (words != NULL) {
        rp_microphone_frame(&microphone, words, samples);
        toy_mic_frame(toy, samples);
        rp_watch_seen(&watch, RP_TASK_SOUND);
    } else if (!rp_mic_is_running()) {
        toy_mic_frame(toy, nothing);
        rp_watch_seen(&watch, RP_TASK_SOUND);
    }
}

static void feed_watchdog(void)
{
    static uint32_t guard_rounds;
    const uint32_t rounds = rp_guard_report().rounds;
    if (rounds != guard_rounds) {
        guard_rounds = rounds;
        rp_watch_seen(&watch, RP_TASK_GUARD);
    }
    if (port.is_alive) {
        port.is_alive = false;
        rp_watch_seen(&watch, RP_TASK_TOY);
    }
    if (rp_watch_all(&watch)) {
        watchdog_update();
    }
}

static void live_20_ms(void)
{
    rp_guard_heartbeat();
    port.spares = (rp_guard_report().cut & RP_CUT_LLAMA) != 0u;
    rp_body_feel(toy);
    rp_links_receive();
    vault.pairing.cable = rp_links_by_cable();
    rp_watch_seen(&watch, RP_TASK_LINK);
    hear();
    toy_step(toy);
    int16_t *samples = rp_speaker_room();
    if (samples != NULL) {
        toy_speaker_frame(toy, samples);
        rp_body_show(&port, samples);
        rp_speaker_send();
    }
    rp_links_transmit();
    feed_watchdog();
}

/* Pairing's elliptic curve, and a wake word heard in mid-answer down to the link's seal, need more than the 4 KB that the SDK's
 * script has room for. */
#define STACK_BYTES 10240u
uint64_t rp_core0_stack[STACK_BYTES / 8u];
int plush_main(void);

__attribute__((naked)) int main(void)
{
    __asm volatile("ldr r0, =rp_core0_stack \n"
                   "msr msplim, r0          \n" /* an overflow is a fault at once, not a strange toy */
                   "add r0, r0, %0          \n"
                   "mov sp, r0              \n"
                   "b plush_main            \n"
                   :
                   : "i"(STACK_BYTES));
}

int plush_main(void)
{
    rp_clock_plan_t clocks;
    rp_psram_report_t psram;
    if (rp_clocks_set(&clocks, TOY_SYS_MHZ) != TOY_OK) {
        return 1;
    }
    rp_uart_start();
    if (rp_guard_prepare(clocks.sys_hz) != TOY_OK) {
        return 1;
    }
    toy_ignore(rp_psram_room_start(&psram, &clocks)); /* without it, what fits SRAM */
    rp_core1_start(rp_guard_start);
    if (start_toy() != TOY_OK) {
        return 1;
    }
    rp_body_start(toy, &clocks, VOLUME_PERCENT);
    rp_links_start(toy);
    rp_i2s_start(&clocks);
    watchdog_enable(RP_WATCH_LIMIT_MS, true);
    for (uint32_t done = 0;;) {
        if (done != rp_i2s_counts().ticks) {
            ++done;
            live_20_ms();
        } else {
            rp_links_poll();
            __wfi();
        }
    }
}
