/* toy.h - the whole toy, as a port sees it: sound, bytes and buttons in and out, from one loop.
 * In      20 ms microphone frames, bytes of the cable or the radio, buttons, the state of the battery
 * Out     20 ms speaker frames, bytes for the cable, events to the listener, what toy_port.h asks for
 * Memory  one arena of toy_arena_bytes(config)
 * Time    budget in tests/budgets.toml; no call waits for anything
 * Errors  toy_init: TOY_ERR_MEMORY, TOY_ERR_PORT, TOY_ERR_ARG; later on none, see app/faults.h
 * A port's loop, every 20 ms:
 *     toy_wire_receive(toy, bytes that came); toy_mic_frame(toy, microphone); toy_step(toy);
 *     toy_speaker_frame(toy, speaker); while ((count = toy_wire_transmit(toy, ...)) > 0) send them;
 * The pieces may also be called at different rates from one thread; toy_step at least every 20 ms. */
#ifndef TOY_APP_TOY_H
#define TOY_APP_TOY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/alone/teller.h"
#include "app/events.h"
#include "app/faults.h"
#include "app/turn.h"
#include "audio/format.h"
#include "base/arena.h"
#include "link/cipher.h"
#include "port/toy_port.h"
#include "secure/gateway.h"

#define TOY_WIRE_ROOM_BYTES 260u /* what toy_wire_transmit wants at least */

typedef struct {
    toy_port_t *port;
    toy_listener_t listener;  /* tell may be NULL */
    const uint8_t *phrases;   /* blob of models/voice, checked by toy_init; a bad one is a fault, no error */
    size_t phrases_bytes;
    const uint8_t *content;   /* blob of models/voice: what it says offline; NULL: an excuse and no more */
    size_t content_bytes;
    toy_teller_config_t teller; /* model NULL: stories are told from the content */
    const char *name;         /* for hello, at most 64 bytes */
    toy_cipher_t cipher;
    toy_household_t household; /* all NULL: this toy does not pair */
    toy_ears_t ears;
    bool open_microphone;     /* no wake word: a voice in idle opens a turn */
    bool framed;              /* the wire is a byte stream (UART, TCP); false: one frame a call (BLE) */
    uint8_t volume_percent;
    uint32_t reply_frames;    /* 0: 40; sound of the answer kept ahead, 212 bytes each */
} toy_config_t;

typedef struct {
    uint32_t frames_up, frames_down, resent, crc_errors, refused, sessions;
    uint32_t stale_frames; /* audio of older turns, thrown away */
    uint32_t flood_bytes;  /* thrown away */
} toy_stats_t;

typedef struct toy toy_t;

size_t toy_arena_bytes(const toy_config_t *config);
TOY_MUST_USE toy_status_t toy_init(toy_t **toy, const toy_config_t *config, toy_arena_t *arena);

void toy_mic_frame(toy_t *toy, const int16_t samples[TOY_FRAME_SAMPLES]); /* NULL: the ears have a microphone of their own */
void toy_speaker_frame(toy_t *toy, int16_t samples[TOY_FRAME_SAMPLES]);
void toy_step(toy_t *toy);

void toy_wire_receive(toy_t *toy, const uint8_t *bytes, size_t count);
size_t toy_wire_transmit(toy_t *toy, uint8_t *bytes, size_t room); /* one frame, or 0: nothing now */
void toy_wire_lost(toy_t *toy);                                    /* the cable was pulled */
void toy_wire_is_radio(toy_t *toy, bool radio); /* BLE has the session: long frames, long time-outs; at first a cable has */

void toy_button(toy_t *toy, bool down);          /* the paw */
void toy_mute(toy_t *toy, bool on);              /* the switch */
void toy_volume(toy_t *toy, uint8_t percent);
void toy_battery(toy_t *toy, uint8_t percent, uint16_t millivolts, bool charging);
void toy_listen(toy_t *toy);                     /* a developer's: open a turn now */
void toy_woken(toy_t *toy, uint8_t score);       /* a developer's: as if the wake word had just ended */

toy_state_t toy_state(const toy_t *toy);
uint16_t toy_turn_id(const toy_t *toy); /* 0 at rest */
void toy_stats(const toy_t *toy, toy_stats_t *stats);

#endif
