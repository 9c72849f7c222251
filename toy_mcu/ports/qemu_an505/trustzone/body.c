#include "body.h"

#include <string.h>

#include "ports/key_line.h"
#include "qemu_an505/microphone.h"
#include "qemu_an505/uart.h"
#include "secure_port.h"
#include "veneers.h"

#define UNTAKEN_FRAMES_MAX 50u /* 1 s */

static int16_t samples[TOY_FRAME_SAMPLES];
static bool is_new; /* nobody has heard this frame */
static struct {
    char line[160];
    size_t used;
    uint8_t passed[TOY_GATEWAY_BYTES];
    size_t passed_bytes;
    uint32_t untaken_frames; /* nobody has asked for the lines for so long */
} lines;

bool secure_world_prepare(const qemu_options_t *options)
{
    qemu_uart_open(QEMU_UART_CONTROL);
    return qemu_microphone_open(options->mic);
}

const int16_t *secure_world_frame(void)
{
    const int16_t *frame = is_new ? samples : NULL;
    is_new = false;
    return frame;
}

/* ---- the control lines: what is done to the toy's body -------------------------------------------------- */

static bool begins(const char *line, const char *with) { return strncmp(line, with, strlen(with)) == 0; }

/* False: nobody else is to see it. */
static bool obey(const char *line)
{
    uint8_t key[KEY_LINE_BYTES];
    if (key_line_read(line, key)) {
        toy_ignore(toy_vault_set_key(&secure_world.vault, key));
        return false;
    }
    if (strcmp(line, "button paw down") == 0 || strcmp(line, "listen") == 0 || begins(line, "wake ")) {
        toy_ear_call(&secure_world.ear); /* "listen" and "wake N" are a developer's */
    } else if (begins(line, "mute ")) {
        toy_ear_mute(&secure_world.ear, strcmp(line, "mute on") == 0);
    }
    return true;
}

static void end_line(void)
{
    lines.line[lines.used] = '\0';
    if (obey(lines.line) && lines.passed_bytes + lines.used < sizeof lines.passed) {
        memcpy(lines.passed + lines.passed_bytes, lines.line, lines.used);
        lines.passed_bytes += lines.used;
        lines.passed[lines.passed_bytes++] = '\n';
    }
    memset(lines.line, 0, sizeof lines.line);
    lines.used = 0u;
}

/* With every frame, asked or not: paw and mute switch count, whatever the rest of the toy makes of them. */
static void look(void)
{
    int byte;
    if (lines.untaken_frames > UNTAKEN_FRAMES_MAX) {
        lines.passed_bytes = 0u;
    }
    while (lines.passed_bytes + sizeof lines.line <= sizeof lines.passed &&
           (byte = qemu_uart_take(QEMU_UART_CONTROL)) >= 0) {
        if (byte == '\n') {
            end_line();
        } else {
            lines.line[lines.used] = (char)byte;
            lines.used += lines.used + 1u < sizeof lines.line ? 1u : 0u; /* the rest of a long line is lost */
        }
    }
}

static void take(toy_gateway_block_t *block)
{
    look();
    lines.untaken_frames = 0u;
    memcpy(block->bytes, lines.passed, lines.passed_bytes);
    block->count = (uint8_t)lines.passed_bytes;
    lines.passed_bytes = 0u;
}

static void send(toy_gateway_block_t *block)
{
    uint8_t sent = 0u;
    while (sent < block->count && sent < TOY_GATEWAY_BYTES && qemu_uart_put(QEMU_UART_CONTROL, block->bytes[sent])) {
        ++sent;
    }
    memset(block->bytes, 0, sizeof block->bytes);
    block->count = sent;
}

toy_status_t body_serve(uint32_t call, toy_gateway_block_t *block)
{
    switch (call) {
    case GATEWAY_WAIT_FOR_FRAME:
        is_new = qemu_microphone_read(samples);
        ++lines.untaken_frames;
        look();
        return is_new ? TOY_OK : TOY_ERR_EMPTY;
    case GATEWAY_BODY_TAKE:
        take(block);
        return TOY_OK;
    case GATEWAY_BODY_SEND:
        send(block);
        return TOY_OK;
    default:
        return TOY_ERR_ARG;
    }
}
