/* The plush on the board. Core 0: sound, wake word, buttons and the link, in rounds of 20 ms that the speaker's DMA
 * keeps; core 1: whatever toy_port_parallel() gives away, and the watch over motor, amplifier and cell. */
#include "app/phrase_bank.h"
#include "app/toy.h"
#include "board.h"
#include "hardware/sync.h"
#include "hardware/watchdog.h"
#include "rp2350/body.h"
#include "rp2350/clock_set.h"
#include "rp2350/core1.h"
#include "rp2350/guard.h"
#include "rp2350/i2s.h"
#include "rp2350/logic/watch.h"
#include "rp2350/port_rp2350.h"
#include "rp2350/uart.h"
#include "secure/vault.h"

#define ARENA_BYTES (104u * 1024u)
#define VOLUME_PERCENT 70u

static toy_port_t port;
static toy_vault_t vault;
static toy_t *toy;
static rp_microphone_t microphone;
static rp_watch_t watch;
static _Alignas(8) uint8_t arena_block[ARENA_BYTES];

/* The lights and the motor follow what the toy does. */
static void on_toy_event(void *context, const toy_event_t *event)
{
    (void)context;
    port.speaking = event->kind == TOY_EVENT_STATE ? event->number == TOY_SPEAKING : port.speaking;
}

static toy_status_t start_toy(void)
{
    const toy_wake_config_t spotter = {
        .phrase_blob = toy_wake_phrase_model,
        .phrase_bytes = toy_wake_phrase_model_bytes,
        .commands_blob = toy_wake_commands_model,
        .commands_bytes = toy_wake_commands_model_bytes,
    };
    const toy_config_t config = {
        .port = &port,
        .listener = {NULL, on_toy_event},
        .phrases = toy_phrase_bank,
        .phrases_bytes = (size_t)(toy_phrase_bank_end - toy_phrase_bank),
        .name = BOARD_NAME,
        .cipher = toy_vault_cipher(&vault),
        .spotter = &spotter,
        .framed = true,
        .volume_percent = VOLUME_PERCENT,
    };
    toy_arena_t arena;
    toy_arena_init(&arena, arena_block, sizeof arena_block);
    toy_ignore(toy_vault_init(&vault, &port));
    return toy_init(&toy, &config, &arena);
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

static void receive(void)
{
    uint8_t bytes[TOY_WIRE_ROOM_BYTES];
    size_t count;
    while ((count = rp_uart_receive(bytes, sizeof bytes)) > 0u) {
        toy_wire_receive(toy, bytes, count);
    }
    rp_watch_seen(&watch, RP_TASK_LINK);
}

static void transmit(void)
{
    uint8_t bytes[TOY_WIRE_ROOM_BYTES];
    size_t count;
    while (rp_uart_room() >= sizeof bytes && (count = toy_wire_transmit(toy, bytes, sizeof bytes)) > 0u) {
        (void)rp_uart_send(bytes, count);
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
    rp_body_feel(toy);
    receive();
    hear();
    toy_step(toy);
    int16_t *samples = rp_speaker_room();
    if (samples != NULL) {
        toy_speaker_frame(toy, samples);
        rp_body_show(&port, samples);
        rp_speaker_send();
    }
    transmit();
    feed_watchdog();
}

int main(void)
{
    rp_clock_plan_t clocks;
    if (rp_clocks_set(&clocks, TOY_SYS_MHZ) != TOY_OK) {
        return 1;
    }
    rp_uart_start();
    rp_guard_prepare();
    rp_core1_start(rp_guard_start);
    if (start_toy() != TOY_OK) {
        return 1;
    }
    rp_body_start(toy, clocks.sys_hz, VOLUME_PERCENT);
    rp_i2s_start(&clocks);
    watchdog_enable(RP_WATCH_LIMIT_MS, true);
    for (uint32_t done = 0;;) {
        if (done != rp_i2s_counts().ticks) {
            ++done;
            live_20_ms();
        } else {
            __wfi();
        }
    }
}
