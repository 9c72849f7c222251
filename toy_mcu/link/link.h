/* link.h - the whole of link in one piece: bytes of a port in and out, messages and audio in and out.
 * In      bytes from the port (a stream with COBS and CRC, or one frame a call on BLE); messages and audio frames
 * Out     callbacks on_message, on_audio, on_event; bytes for the port when it has room for them
 * Memory  toy_link_t, about 10 KB, and two lanes from the arena
 * Errors  sending: TOY_ERR_STATE no session, TOY_ERR_FULL try again after the next take, TOY_ERR_ARG
 * Source  protocol/SPEC.md */
#ifndef TOY_LINK_LINK_H
#define TOY_LINK_LINK_H

#include "link/audio_frame.h"
#include "link/messages.h"
#include "link/order.h"

typedef struct {
    toy_cipher_t cipher;
    bool framed;         /* true: a byte stream, COBS and CRC; false: the transport keeps frames apart (BLE) */
    size_t control_bytes;
    size_t bulk_bytes; /* 172 bytes hold 20 ms of sound */
    toy_pace_t pace;     /* all 0: TOY_PACE_CABLE */
    void *context;       /* for the callbacks, which may send and drop but not receive, poll or take */
    void (*on_message)(void *context, const toy_message_t *message);
    void (*on_audio)(void *context, const toy_audio_frame_t *frame);
    void (*on_event)(void *context, toy_order_event_t event);
} toy_link_config_t;

typedef struct {
    toy_link_config_t config;
    toy_order_t order;
    toy_frame_decoder_t decoder;
    uint32_t now_ms;
    uint32_t bad_bodies; /* delivered and opened, but no message or audio frame that we know */
} toy_link_t;

TOY_MUST_USE toy_status_t toy_link_init(toy_link_t *link, const toy_link_config_t *config, toy_arena_t *arena);

/* Bytes as the port got them. */
void toy_link_receive(toy_link_t *link, const uint8_t *bytes, size_t count, uint32_t now_ms);

/* Looks at the clock; at least every 20 ms. */
void toy_link_poll(toy_link_t *link, uint32_t now_ms);

/* The next bytes for the port, one frame in all: room is at least TOY_FRAME_WIRE_MAX_BYTES (TOY_FRAME_MAX_BYTES when
 * not framed). TOY_ERR_EMPTY: nothing now. Take only what can be passed on at once. */
TOY_MUST_USE toy_status_t toy_link_take_output(toy_link_t *link, uint32_t now_ms, uint8_t *bytes, size_t room,
                                               size_t *count);

/* The lane follows from the message: end_of_speech and speak_stop stay behind the audio, the rest overtakes it. */
TOY_MUST_USE toy_status_t toy_link_send(toy_link_t *link, const toy_message_t *message);
TOY_MUST_USE toy_status_t toy_link_send_audio(toy_link_t *link, const toy_audio_frame_t *frame);

/* Would an audio frame of so much ADPCM be taken now? */
bool toy_link_has_audio_room(const toy_link_t *link, size_t adpcm_bytes);

/* Audio, end_of_speech and speak_stop of this turn that have not left yet are taken back. */
void toy_link_drop_turn(toy_link_t *link, uint16_t turn);

bool toy_link_is_up(const toy_link_t *link);

/* All that was sent is acknowledged. */
bool toy_link_is_quiet(const toy_link_t *link);

/* The session is over: its keys are gone. */
void toy_link_end(toy_link_t *link);

/* Another kind of transport has the session from now on. */
void toy_link_set_pace(toy_link_t *link, toy_pace_t pace);

/* The cable was pulled or the radio lost: half a frame in the decoder is worth nothing any more. */
void toy_link_transport_lost(toy_link_t *link);

#endif
