/* secure_toy.c - a toy that is nothing but its link under Noise, for tests/py/test_noise_agree.py.
 * In      argv[1]: the key, 64 hexadecimal digits; standard input and output: one socket to the base
 * Out     a hello in each session, and every audio frame back as it came
 * Errors  ends with 0 when the socket closes */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "fake_port.h"
#include "link/link.h"
#include "secure/noise_cipher.h"
#include "secure_hex.h"

enum { SOCKET = STDIN_FILENO, ROUND_MS = 5 };

static toy_port_t port;
static toy_noise_cipher_t noise;
static toy_link_t wire;
static uint64_t memory[4096];

static uint32_t clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint32_t)((uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u);
}

static void on_message(void *context, const toy_message_t *message)
{
    (void)context, (void)message;
}

static void on_audio(void *context, const toy_audio_frame_t *frame)
{
    (void)context;
    toy_audio_frame_t up = *frame;
    up.type = TOY_BODY_AUDIO_UP;
    toy_ignore(toy_link_send_audio(&wire, &up));
}

static void on_event(void *context, toy_order_event_t event)
{
    (void)context;
    if (event == TOY_ORDER_UP) {
        const toy_message_t hello = {.type = TOY_MESSAGE_HELLO,
                                     .hello = {.version = 1, .codecs = 1, .name = {"Noisy", 5}}};
        toy_ignore(toy_link_send(&wire, &hello));
    }
}

static void send_all(void)
{
    uint8_t bytes[TOY_FRAME_WIRE_MAX_BYTES];
    size_t count = 0;
    while (toy_link_take_output(&wire, clock_ms(), bytes, sizeof bytes, &count) == TOY_OK) {
        if (write(SOCKET, bytes, count) != (ssize_t)count) {
            exit(0);
        }
    }
}

int main(int count, char **arguments)
{
    uint8_t key[TOY_KEY_BYTES], bytes[512];
    toy_arena_t arena;
    if (count != 2 || strlen(arguments[1]) != 64u) {
        return 2;
    }
    secure_hex(arguments[1], key);
    port.random = clock_ms(); /* a test's key needs no better one */
    toy_noise_cipher_init(&noise, &port, key);
    toy_arena_init(&arena, memory, sizeof memory);
    const toy_link_config_t config = {.cipher = toy_noise_cipher(&noise), .framed = true, .control_bytes = 1000,
                                      .bulk_bytes = 20000, .on_message = on_message, .on_audio = on_audio,
                                      .on_event = on_event};
    if (toy_link_init(&wire, &config, &arena) != TOY_OK) {
        return 2;
    }
    for (;;) {
        struct pollfd ready = {.fd = SOCKET, .events = POLLIN};
        if (poll(&ready, 1, ROUND_MS) > 0) {
            ssize_t got = read(SOCKET, bytes, sizeof bytes);
            if (got <= 0) {
                return 0;
            }
            toy_link_receive(&wire, bytes, (size_t)got, clock_ms());
        }
        toy_link_poll(&wire, clock_ms());
        send_all();
    }
}
