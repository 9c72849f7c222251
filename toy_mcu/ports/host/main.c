/* The virtual plush: the whole toy as one program. Its clock is its microphone: 20 ms pass with each frame,
 * so whoever feeds the frames decides how fast time goes, and two runs on the same input are the same. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/alone/content_blob.h"
#include "app/phrase_bank.h"
#include "app/toy.h"
#include "control.h"
#include "link/null_cipher.h"
#include "link_posix.h"
#include "options.h"
#include "port_host.h"
#include "secure/ear.h"
#include "secure/vault.h"
#include "sound_files.h"
#include "story_file.h"

/* a file that ends is followed by quiet until the toy has rested for so long */
#define REST_AFTER_FILE_MS 2500u

typedef struct {
    host_options_t options;
    toy_port_t port;
    host_mic_t mic;
    host_speaker_t speaker;
    host_link_t link;
    host_control_t control;
    toy_vault_t vault;
    toy_ear_t ear;
    host_story_t story;
    toy_t *toy;
    void *memory;
    bool file_ended;
    uint32_t busy_ms; /* when the toy was last not at rest, or the file not at its end */
    struct timespec next;
} plush_t;

static void on_event(void *context, const toy_event_t *event)
{
    plush_t *plush = context;
    host_control_event(&plush->control, event);
}

/* Who holds the other end of a pseudo terminal sits at this machine, as somebody with a cable sits at the toy. */
static bool is_cable(const plush_t *plush)
{
    return plush->options.link != NULL && strcmp(plush->options.link, "pty") == 0;
}

static bool start_toy(plush_t *plush)
{
    const toy_wake_config_t spotter = {
        .phrase_blob = toy_wake_phrase_model,
        .phrase_bytes = toy_wake_phrase_model_bytes,
        .commands_blob = toy_wake_commands_model,
        .commands_bytes = toy_wake_commands_model_bytes,
    };
    const toy_ear_config_t ear = {&spotter, plush->options.open_microphone, plush->options.silence_ms};
    toy_config_t config = {
        .port = &plush->port,
        .listener = {plush, on_event},
        .phrases = toy_phrase_bank,
        .phrases_bytes = (size_t)(toy_phrase_bank_end - toy_phrase_bank),
        .content = toy_content_blob,
        .content_bytes = (size_t)(toy_content_blob_end - toy_content_blob),
        .teller = {.model = plush->story.bytes,
                   .model_bytes = plush->story.count,
                   .llama = {.window = 256u, .batch = 4u, .cores = 1u}},
        .name = "virtual plush",
        .cipher = plush->options.null_cipher ? toy_null_cipher() : toy_vault_cipher(&plush->vault),
        .household = toy_vault_household(&plush->vault),
        .open_microphone = plush->options.open_microphone,
        .framed = true,
        .volume_percent = plush->options.volume_percent,
    };
    toy_arena_t arena;
    if (toy_vault_init(&plush->vault, &plush->port, is_cable(plush)) != TOY_OK) {
        toy_port_log(&plush->port, "the stored key is damaged: not paired");
    }
    size_t bytes = toy_arena_bytes(&config) + toy_ear_arena_bytes(&ear);
    plush->memory = malloc(bytes);
    toy_arena_init(&arena, plush->memory, bytes);
    toy_status_t status = toy_ear_init(&plush->ear, &ear, &arena);
    if (status == TOY_OK) {
        config.ears = toy_ear_ears(&plush->ear);
        status = toy_init(&plush->toy, &config, &arena);
    }
    if (status != TOY_OK) {
        fprintf(stderr, "plush_toy: the toy did not start (%d)\n", (int)status);
    }
    return status == TOY_OK;
}

static bool hear(plush_t *plush, int16_t *samples)
{
    if (!plush->file_ended && host_mic_read(&plush->mic, samples)) {
        plush->busy_ms = plush->port.now_ms;
        return true;
    }
    if (plush->mic.is_pipe) {
        return false;
    }
    plush->file_ended = true;
    if (toy_turn_id(plush->toy) != 0u) {
        plush->busy_ms = plush->port.now_ms;
    }
    host_mic_quiet(&plush->mic, samples, HOST_FRAME_SAMPLES);
    return plush->port.now_ms - plush->busy_ms < REST_AFTER_FILE_MS;
}

static void receive(plush_t *plush)
{
    uint8_t bytes[512];
    size_t count;
    if (!host_link_tick(&plush->link)) {
        toy_wire_lost(plush->toy);
    }
    while ((count = host_link_receive(&plush->link, bytes, sizeof bytes)) > 0u) {
        toy_wire_receive(plush->toy, bytes, count);
    }
}

static void transmit(plush_t *plush)
{
    uint8_t bytes[TOY_WIRE_ROOM_BYTES];
    size_t count;
    while (host_link_may_send(&plush->link) &&
           (count = toy_wire_transmit(plush->toy, bytes, sizeof bytes)) > 0u) {
        host_link_send(&plush->link, bytes, count);
    }
}

static void wait_for_real_time(plush_t *plush)
{
    plush->next.tv_nsec += 20000000;
    if (plush->next.tv_nsec >= 1000000000) {
        plush->next.tv_nsec -= 1000000000;
        ++plush->next.tv_sec;
    }
    (void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &plush->next, NULL);
}

/* One tick of 20 ms; false: switched off. The order is the contract with whoever drives the pipes. */
static bool tick(plush_t *plush)
{
    int16_t samples[HOST_FRAME_SAMPLES];
    if (!hear(plush, samples)) {
        return false;
    }
    plush->port.now_ms += TOY_FRAME_MS;
    host_control_read(&plush->control, plush->toy, &plush->link);
    receive(plush);
    toy_mic_frame(plush->toy, samples);
    toy_step(plush->toy);
    toy_speaker_frame(plush->toy, samples);
    transmit(plush);
    host_control_led(&plush->control, &plush->port);
    if (plush->options.realtime) {
        wait_for_real_time(plush);
    }
    return host_speaker_write(&plush->speaker, samples);
}

int main(int argc, char **argv)
{
    static plush_t plush;
    int code = host_options_parse(&plush.options, argc, argv);
    if (code != 0) {
        return code;
    }
    (void)signal(SIGPIPE, SIG_IGN);
    plush.port.has_seed = plush.options.has_seed;
    plush.port.random = plush.options.seed;
    plush.port.store = plush.options.store;
    host_control_open(&plush.control, plush.options.control, &plush.vault);
    if (!host_story_open(&plush.story, plush.options.story) || !host_mic_open(&plush.mic, plush.options.mic) ||
        !host_speaker_open(&plush.speaker, plush.options.speaker) ||
        !host_link_open(&plush.link, plush.options.link, plush.options.baud)) {
        return 2;
    }
    if (!start_toy(&plush)) {
        return 1;
    }
    toy_wire_is_radio(plush.toy, plush.options.radio);
    (void)clock_gettime(CLOCK_MONOTONIC, &plush.next);
    while (tick(&plush)) {
    }
    host_link_close(&plush.link);
    bool kept = host_speaker_close(&plush.speaker);
    free(plush.memory);
    host_story_close(&plush.story);
    return kept ? 0 : 1;
}
