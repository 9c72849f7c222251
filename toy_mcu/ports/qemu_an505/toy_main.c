/* The whole toy on a Cortex-M33: the microphone's frames are its clock, UART0 is its cable, UART1 takes control lines.
 * Command line (`-semihosting-config arg=...`) and lockstep: see README.md. */

#include "app/alone/content_blob.h"
#include "app/phrase_bank.h"
#include "app/toy.h"
#include "control.h"
#include "link/null_cipher.h"
#include "port_qemu.h"
#include "semihosting.h"
#include "stack.h"
#include "tasks.h"
#include "uart.h"
#include "world.h"

#define ARENA_BYTES (216u * 1024u) /* with the story model's cache */
#define QUIET_US 200u /* of the host's time; after two without a byte a tick's bytes are all here */
#define QUIET_WAITS 3u
#define BYTE_US 100u
#define WIRE_BYTES_MAX 8192u
#define TICKS_PER_S 50u
#define BITS_PER_BYTE 10u

static toy_port_t port;
static control_t control = {.plugged = true, .set_key = world_set_key};
static tasks_t tasks;
static toy_t *toy;
static _Alignas(8) uint8_t arena_block[ARENA_BYTES];
__attribute__((section(".psram"))) static uint8_t records[QEMU_RECORDS][QEMU_RECORD_BYTES];
/* What a UART's DMA would have put into RAM by now. */
__attribute__((section(".psram"))) static uint8_t wire[WIRE_BYTES_MAX];

static void on_event(void *context, const toy_event_t *event)
{
    (void)context;
    control_event(event);
}

static bool start(const qemu_options_t *options)
{
    const size_t story_bytes = (size_t)(toy_story_model_end - toy_story_model);
    toy_arena_t arena;
    toy_arena_init(&arena, arena_block, sizeof arena_block);
    if (world_open(&port, options, &arena) != TOY_OK) {
        return false;
    }
    const toy_config_t config = {
        .port = &port,
        .listener = {NULL, on_event},
        .phrases = toy_phrase_bank,
        .phrases_bytes = (size_t)(toy_phrase_bank_end - toy_phrase_bank),
        .content = toy_content_blob,
        .content_bytes = (size_t)(toy_content_blob_end - toy_content_blob),
        .teller = {.model = story_bytes > 0u ? toy_story_model : NULL,
                   .model_bytes = story_bytes,
                   .llama = {.window = 256u, .batch = 4u, .cores = 2u}},
        .name = "emulated plush",
        .cipher = options->null_cipher ? toy_null_cipher() : world_cipher(),
        .household = world_household(),
        .ears = world_ears(),
        .open_microphone = options->open_microphone,
        .framed = true,
        .volume_percent = (uint8_t)options->volume_percent,
    };
    toy_status_t status = toy_init(&toy, &config, &arena);
    control.arena_bytes = arena.used_bytes;
    control.tasks = &tasks;
    return status == TOY_OK;
}

/* Whoever fed the microphone wrote control lines and link bytes before; QEMU brings them in its own time, so wait until
 * the wires have been quiet for a moment. Takes no more than the cable carries in a tick. */
static size_t collect(size_t most)
{
    size_t count = 0;
    for (unsigned quiet = 0; quiet < QUIET_WAITS;) {
        int byte;
        bool came = false;
        while ((byte = world_body_take()) >= 0) {
            control_byte(&control, (char)byte, toy);
            came = true;
        }
        while (count < most && (byte = qemu_uart_take(QEMU_UART_CABLE)) >= 0) {
            wire[count++] = (uint8_t)byte;
            came = true;
        }
        quiet = came ? 0u : quiet + 1u;
        if (!came && quiet < QUIET_WAITS) {
            qemu_uart_wait(QUIET_US);
        } else if (came) {
            qemu_uart_wait(BYTE_US);
        }
    }
    return count;
}

static void transmit(uint32_t bytes_per_tick)
{
    static int32_t may_send;
    uint8_t bytes[TOY_WIRE_ROOM_BYTES];
    size_t count = 0;
    /* What a tick did not use is gone, as on a wire; what a frame took too much counts against the next. */
    may_send = (may_send < 0 ? may_send : 0) + (int32_t)bytes_per_tick;
    while (may_send > 0) {
        tasks_begin(&tasks);
        count = toy_wire_transmit(toy, bytes, sizeof bytes);
        tasks_end(&tasks, TASK_TRANSMIT);
        if (count == 0u) {
            return;
        }
        may_send -= (int32_t)count;
        if (control.plugged) {
            (void)qemu_uart_send(QEMU_UART_CABLE, bytes, count); /* as a UART: what nobody takes is lost */
        }
    }
}

/* One tick of 20 ms, in the order that ports/host keeps too. */
static void tick(int16_t *samples, uint32_t bytes_per_tick)
{
    port.now_ms += TOY_FRAME_MS;
    size_t count = collect(bytes_per_tick);
    tasks_begin(&tasks);
    if (control.plugged && count > 0u) {
        toy_wire_receive(toy, wire, count);
    }
    tasks_end(&tasks, TASK_RECEIVE);
    tasks_begin(&tasks);
    toy_mic_frame(toy, samples);
    tasks_end(&tasks, TASK_HEAR);
    tasks_begin(&tasks);
    toy_step(toy);
    tasks_end(&tasks, TASK_STEP);
    tasks_begin(&tasks);
    toy_speaker_frame(toy, samples);
    tasks_end(&tasks, TASK_SPEAK);
    transmit(bytes_per_tick);
    tasks_frame(&tasks);
    control_led(&port);
}

int main(int argc, char **argv)
{
    qemu_options_t options;
    int16_t samples[TOY_FRAME_SAMPLES];
    if (!qemu_options_parse(&options, argc, argv)) {
        semihosting_print("plush_toy: wrong arguments, see ports/qemu_an505/README.md\n");
        return 2;
    }
    int speaker = semihosting_open(options.speaker, SEMIHOSTING_WRITE);
    if (speaker < 0) {
        semihosting_print("plush_toy: the speaker cannot be opened\n");
        return 2;
    }
    port.random = options.has_seed ? options.seed : (uint64_t)semihosting_time();
    port.records = records;
    qemu_uart_open(QEMU_UART_CABLE);
    qemu_uart_wakes();
    if (!start(&options)) {
        semihosting_print("plush_toy: the toy did not start\n");
        return 1;
    }
    semihosting_print("ready\n");
    qemu_stack_paint();
    (void)qemu_instructions(); /* finds out whether QEMU counts */
    while (world_next_frame(samples)) {
        tick(samples, options.baud / BITS_PER_BYTE / TICKS_PER_S);
        if (semihosting_write(speaker, samples, sizeof samples) != 0) {
            return 1;
        }
    }
    return 0;
}
