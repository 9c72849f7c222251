#include "microphone.h"
#include "secure/ear.h"
#include "secure/vault.h"
#include "uart.h"
#include "world.h"

static toy_vault_t vault;
static toy_ear_t ear;

toy_status_t world_open(toy_port_t *port, const qemu_options_t *options, toy_arena_t *arena)
{
    const toy_wake_config_t spotter = {
        .phrase_blob = toy_wake_phrase_model,
        .phrase_bytes = toy_wake_phrase_model_bytes,
        .commands_blob = toy_wake_commands_model,
        .commands_bytes = toy_wake_commands_model_bytes,
    };
    const toy_ear_config_t hearing = {&spotter, options->open_microphone, options->silence_ms};
    qemu_uart_open(QEMU_UART_CONTROL);
    if (!qemu_microphone_open(options->mic)) {
        return TOY_ERR_PORT;
    }
    TOY_TRY(toy_ear_init(&ear, &hearing, arena));
    return toy_vault_init(&vault, port, true);
}

toy_cipher_t world_cipher(void) { return toy_vault_cipher(&vault); }
toy_household_t world_household(void) { return toy_vault_household(&vault); }
toy_ears_t world_ears(void) { return toy_ear_ears(&ear); }
void world_set_key(const uint8_t key[32]) { toy_ignore(toy_vault_set_key(&vault, key)); /* the records lie in RAM */ }
bool world_next_frame(int16_t samples[TOY_FRAME_SAMPLES]) { return qemu_microphone_read(samples); }
int world_body_take(void) { return qemu_uart_take(QEMU_UART_CONTROL); }
size_t world_body_send(const void *bytes, size_t count) { return qemu_uart_send(QEMU_UART_CONTROL, bytes, count); }
