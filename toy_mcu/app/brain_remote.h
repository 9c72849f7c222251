/* brain_remote.h - the base station answering: the question goes up while the child still speaks.
 * In      a question as in brain.h; the base's audio and messages of a turn
 * Out     wake, audio up, end_of_speech, audio_credit, playback_done, abort, abort_ack on the link;
 *         sound for the speaker
 * Memory  about 200 bytes; sound waits with the ears (up) and app/reply (down), nowhere else
 * Errors  as in brain.h: TOY_ERR_STATE when the base is not there, or is lost before its answer began
 * Source  protocol/SPEC.md, "A turn" */
#ifndef TOY_APP_BRAIN_REMOTE_H
#define TOY_APP_BRAIN_REMOTE_H

#include "app/brain.h"
#include "app/faults.h"
#include "app/reply.h"
#include "app/slice.h"
#include "link/link.h"

typedef struct {
    toy_port_t *port;
    toy_link_t *link;
    toy_faults_t *faults;
    toy_reply_t reply;
    toy_question_t question; /* turn 0: none under way */
    toy_question_end_t end;
    bool has_end, end_sent;
    bool lost;
    toy_slice_place_t next; /* of the question, to be sent */
    uint16_t frames_sent;   /* of it */
    uint8_t frame_bytes;    /* of sound in a frame, as long as the question goes on */
    uint16_t credit;       /* last told */
    uint32_t stale_frames; /* audio of older turns, thrown away */
    toy_message_t owed[2]; /* playback_done and abort, when the lane had no room */
    bool owes[2];
} toy_brain_remote_t;

TOY_MUST_USE toy_status_t toy_brain_remote_init(toy_brain_remote_t *remote, toy_port_t *port,
                                                toy_link_t *link, toy_faults_t *faults,
                                                uint32_t reply_frames, toy_arena_t *arena);
toy_brain_t toy_brain_remote(toy_brain_remote_t *remote);

/* ADPCM in each frame up, 1..208 bytes; at first 160, 20 ms. */
void toy_brain_remote_frames(toy_brain_remote_t *remote, uint8_t adpcm_bytes);

/* Once a round: whatever waits for room on the link. */
void toy_brain_remote_step(toy_brain_remote_t *remote);

/* The base is silent, or a new session has begun: this turn's answer will not come. */
void toy_brain_remote_lost(toy_brain_remote_t *remote);

/* From the link. An abort is acknowledged here; true: of the turn under way, which the caller stops. */
void toy_brain_remote_audio(toy_brain_remote_t *remote, const toy_audio_frame_t *frame);
void toy_brain_remote_speak_start(toy_brain_remote_t *remote, const toy_message_speak_start_t *start);
void toy_brain_remote_speak_stop(toy_brain_remote_t *remote, const toy_message_speak_stop_t *stop);
bool toy_brain_remote_abort(toy_brain_remote_t *remote, const toy_message_abort_t *abort);

#endif
