/* The whole toy on a Cortex-M33: the microphone's frames are its clock, UART0 is its cable, UART1 takes control lines.
 * Command line (`-semihosting-config arg=...`) and lockstep: see README.md. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

#define FRAME_BYTES (2u * TOY_FRAME_SAMPLES)
#define ARENA_BYTES (216u * 1024u) /* with the story model's cache */
#define QUIET_US 200u /* of the host's time; after two without a byte a tick's bytes are all here */
#define QUIET_WAITS 3u
#define BYTE_US 100u
#define WIRE_BYTES_MAX 8192u
#define TICKS_PER_S 50u
#define BITS_PER_BYTE 10u

typedef struct {
    const char *mic, *speaker;
    uint32_t baud, silence_ms, volume_percent, seed;
    bool open_microphone, has_seed, null_cipher;
} options_t;

static toy_port_t port;
static control_t control = {.plugged = true, .set_key = world_set_key};
static tasks_t tasks;
static toy_t *toy;
static _Alignas(8) uint8_t arena_block[ARENA_BYTES];
__attribute__((section(".psram"))) static uint8_t records[QEMU_RECORDS][QEMU_RECORD_BYTES];
/* What a UART's DMA would have put into RAM by now. */
__attribute__((section(".psram"))) static uint8_t wire[WIRE_BYTES_MAX];

static bool parse(options_t *options, int argc, char **argv)
{
    for (int i = 1; i + 1 < argc; i += 2) {
        const char *name = argv[i], *value = argv[i + 1];
        uint32_t number = (uint32_t)strtoul(value, NULL, 10);
        if (strcmp(name, "--mic") == 0) {
            options->mic = value;
        } else if (strcmp(name, "--speaker") == 0) {
            options->speaker = value;
        } else if (strcmp(name, "--wake") == 0) {
            options->open_microphone = strcmp(value, "off") == 0;
        } else if (strcmp(name, "--cipher") == 0) {
            options->null_cipher = strcmp(value, "null") == 0;
        } else if (strcmp(name, "--baud") == 0) {
            options->baud = number;
        } else if (strcmp(name, "--seed") == 0) {
            options->seed = number;
            options->has_seed = true;
        } else if (strcmp(name, "--silence-ms") == 0) {
            options->silence_ms = number;
        } else if (strcmp(name, "--volume") == 0) {
            options->volume_percent = number;
        } else {
            return false;
        }
    }
    return argc % 2 == 1 && options->baud >= 1200u && options->baud <= 4000000u && options->volume_percent <= 100u;
}

static void on_event(void *context, const toy_event_t *event)
{
    (void)context;
    control_event(event);
}

static bool start(const options_t *options)
{
    const toy_wake_config_t spotter = {
        .phrase_blob = toy_wake_phrase_model,
        .phrase_bytes = toy_wake_phrase_model_bytes,
        .commands_blob = toy_wake_commands_model,
        .commands_bytes = toy_wake_commands_model_bytes,
    };
    const size_t story_bytes = (size_t)(toy_story_model_end - toy_story_model);
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
        .spotter = &spotter,
        .open_microphone = options->open_microphone,
        .framed = true,
        .volume_percent = (uint8_t)options->volume_percent,
        .silence_ms = options->silence_ms,
    };
    toy_arena_t arena;
    toy_arena_init(&arena, arena_block, sizeof arena_block);
    if (world_open(&port) != TOY_OK) {
        return false;
    }
    toy_status_t status = toy_init(&toy, &config, &arena);
    control.arena_bytes = arena.used_bytes;
    control.tasks = &tasks;
    return status == TOY_OK;
}

static bool read_frame(int handle, int16_t *samples)
{
    uint8_t *at = (uint8_t *)samples;
    size_t missing = FRAME_BYTES;
    while (missing > 0u) {
        int count = semihosting_read(handle, at, missing);
        if (count <= 0) {
            return false;
        }
        at += count;
        missing -= (size_t)count;
    }
    return true;
}

/* Whoever fed the microphone wrote control lines and link bytes before; QEMU brings them in its own time, so wait until
 * the wires have been quiet for a moment. Takes no more than the cable carries in a tick. */
static size_t collect(size_t most)
{
    size_t count = 0;
    for (unsigned quiet = 0; quiet < QUIET_WAITS;) {
        int byte;
        bool came = false;
        while ((byte = qemu_uart_take(QEMU_UART_CONTROL)) >= 0) {
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
    options_t options = {.mic = "/dev/stdin", .speaker = "/dev/stdout", .baud = 921600u, .volume_percent = 100u};
    int16_t samples[TOY_FRAME_SAMPLES];
    if (!parse(&options, argc, argv)) {
        semihosting_print("plush_toy: wrong arguments, see ports/qemu_an505/README.md\n");
        return 2;
    }
    int mic = semihosting_open(options.mic, SEMIHOSTING_READ);
    int speaker = semihosting_open(options.speaker, SEMIHOSTING_WRITE);
    if (mic < 0 || speaker < 0) {
        semihosting_print("plush_toy: the microphone or the speaker cannot be opened\n");
        return 2;
    }
    port.random = options.has_seed ? options.seed : (uint64_t)semihosting_time();
    port.records = records;
    qemu_uart_open();
    if (!start(&options)) {
        semihosting_print("plush_toy: the toy did not start\n");
        return 1;
    }
    semihosting_print("ready\n");
    qemu_stack_paint();
    (void)qemu_instructions(); /* finds out whether QEMU counts */
    while (read_frame(mic, samples)) {
        tick(samples, options.baud / BITS_PER_BYTE / TICKS_PER_S);
        if (semihosting_write(speaker, samples, sizeof samples) != 0) {
            return 1;
        }
    }
    return 0;
}
