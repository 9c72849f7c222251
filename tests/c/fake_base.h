/* fake_base.h - a base station for tests: the other end of the real protocol, over a perfect wire.
 * In      bytes of the toy; what a test wants said
 * Out     bytes for the toy; every message and the number of audio frames that came
 * It handshakes, acknowledges, pings and, when told to, answers each question. */
#ifndef FAKE_BASE_H
#define FAKE_BASE_H

#include "link/audio_frame.h"
#include "link/frame.h"
#include "link/messages.h"

#define FAKE_BASE_MOST 512u
#define FAKE_BASE_PEAK 9000 /* what the speaker plays when the base answers */

typedef struct {
    uint8_t out[32768];
    size_t out_bytes;
    toy_frame_decoder_t decoder;
    uint32_t now_ms, said_ms, asked_ms;
    uint8_t epoch;
    bool up;             /* the toy has answered the handshake */
    bool silent;         /* sends nothing, hears nothing: gone */
    uint64_t next_out, next_in;
    /* what came */
    toy_message_t got[FAKE_BASE_MOST];
    unsigned got_count;
    unsigned audio_frames;     /* of the present turn */
    unsigned audio_in_all;
    uint16_t audio_turn;
    uint32_t first_sample;     /* sample clock of the turn's first frame */
    unsigned out_of_order;
    uint16_t aborted_turn;     /* by the toy */
    unsigned audio_after_abort;
    /* the answer */
    int answer_frames;         /* -1: does not answer */
    unsigned answer_after_ms;
    bool no_stop;              /* speak_stop is never sent */
    bool over_credit;          /* sends all at once, whatever was granted */
    uint16_t answer_turn;
    uint32_t answer_ms;
    bool answering, started;
    unsigned sent, credit;
    int steps_left;            /* after so many messages in or out it falls silent; -1: never */
    char heard[64], said[128]; /* texts of the last offline turn */
} fake_base_t;

void fake_base_init(fake_base_t *base);
void fake_base_tick(fake_base_t *base, uint32_t now_ms, const uint8_t *bytes, size_t count);
void fake_base_send(fake_base_t *base, const toy_message_t *message);
void fake_base_send_audio(fake_base_t *base, uint16_t turn, uint16_t sequence);
void fake_base_restart(fake_base_t *base); /* a new session, nothing known of the old one */

/* How many of a type came; the last one of it. */
unsigned fake_base_count(const fake_base_t *base, toy_message_type_t type);
const toy_message_t *fake_base_last(const fake_base_t *base, toy_message_type_t type);

#endif
