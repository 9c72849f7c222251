#include "app/brain_remote.h"

#include <string.h>

#define WORD_BYTES 15u /* the schema's limit */
#define PREROLL_MOST_MS 10000u /* the schema's limit */

enum { OWED_DONE, OWED_ABORT };

toy_status_t toy_brain_remote_init(toy_brain_remote_t *remote, toy_port_t *port, toy_link_t *link,
                                   toy_faults_t *faults, uint32_t reply_frames, toy_arena_t *arena)
{
    memset(remote, 0, sizeof *remote);
    remote->port = port;
    remote->link = link;
    remote->faults = faults;
    remote->frame_bytes = TOY_FRAME_ADPCM_BYTES;
    return toy_reply_init(&remote->reply, reply_frames, arena);
}

/* ---- up: the question ---------------------------------------------------------------------------------- */

static void grant(toy_brain_remote_t *remote)
{
    uint16_t credit = toy_reply_credit(&remote->reply);
    bool worth_it = (uint32_t)(credit - remote->credit) >= remote->reply.capacity / 4u;
    if (remote->question.turn == 0u || remote->reply.ended || !worth_it) {
        return;
    }
    const toy_message_t message = {.type = TOY_MESSAGE_AUDIO_CREDIT,
                                   .audio_credit = {.turn = remote->question.turn, .frames = credit}};
    if (toy_link_send(remote->link, &message) == TOY_OK) {
        remote->credit = credit;
    }
}

static toy_status_t begin(void *context, const toy_question_t *question)
{
    toy_brain_remote_t *remote = context;
    if (!toy_link_is_up(remote->link)) {
        return TOY_ERR_STATE;
    }
    uint32_t preroll_ms = (question->woken_frame - question->first_frame) * TOY_FRAME_MS;
    const toy_message_t message = {
        .type = TOY_MESSAGE_WAKE,
        .wake = {.turn = question->turn,
                 .reason = question->reason,
                 .score = question->score,
                 .snr_db = question->snr_db,
                 .preroll_ms = (uint16_t)(preroll_ms < PREROLL_MOST_MS ? preroll_ms : PREROLL_MOST_MS),
                 .clock = toy_port_now_ms(remote->port)}};
    if (toy_link_send(remote->link, &message) != TOY_OK) {
        return TOY_ERR_STATE;
    }
    remote->question = *question;
    remote->has_end = remote->end_sent = remote->lost = false;
    remote->next = (toy_slice_place_t){question->first_frame, 0};
    remote->frames_sent = 0;
    remote->credit = 0;
    toy_reply_clear(&remote->reply);
    return TOY_OK;
}

static toy_status_t send_slice(toy_brain_remote_t *remote, uint32_t until, uint32_t count)
{
    toy_slice_t slice;
    const toy_slice_place_t place = remote->next;
    TOY_TRY(toy_slice_take(remote->question.sound, &remote->next, until, count, &slice));
    const toy_audio_frame_t frame = {
        .type = TOY_BODY_AUDIO_UP,
        .turn = remote->question.turn,
        .sequence = remote->frames_sent,
        .sample_clock = place.frame * TOY_FRAME_SAMPLES + 2u * place.byte,
        .predictor = slice.before.predictor,
        .step_index = slice.before.step_index,
        .adpcm = slice.adpcm,
        .adpcm_bytes = (uint8_t)slice.count,
    };
    if (toy_link_send_audio(remote->link, &frame) != TOY_OK) {
        remote->next = place;
        return TOY_ERR_FULL;
    }
    ++remote->frames_sent;
    return TOY_OK;
}

static void send_end(toy_brain_remote_t *remote)
{
    toy_message_t message = {
        .type = TOY_MESSAGE_END_OF_SPEECH,
        .end_of_speech = {.turn = remote->question.turn,
                          .reason = remote->end.reason,
                          .frames = remote->frames_sent,
                          .voiced_end = remote->end.voiced_end_sample,
                          .words_count = remote->end.words_count}};
    for (uint32_t i = 0; i < remote->end.words_count; ++i) {
        const char *name = toy_intent_name(remote->end.words[i].intent);
        message.end_of_speech.words[i] =
            (toy_message_heard_word_t){toy_text(name, WORD_BYTES), remote->end.words[i].confidence};
    }
    remote->end_sent = toy_link_send(remote->link, &message) == TOY_OK;
}

/* As much as the link takes now; the rest stays in the capture ring, which must not overtake us. */
static void send_question(toy_brain_remote_t *remote)
{
    uint32_t until = remote->has_end ? remote->end.next_frame : remote->question.sound->last.next;
    uint32_t waiting;
    while ((waiting = toy_slice_waiting(&remote->next, until)) > 0u &&
           (waiting >= remote->frame_bytes || remote->has_end) &&
           toy_link_has_audio_room(remote->link, remote->frame_bytes)) {
        uint32_t count = waiting < remote->frame_bytes ? waiting : remote->frame_bytes;
        toy_status_t status = send_slice(remote, until, count);
        if (status == TOY_ERR_STATE) {
            toy_faults_raise(remote->faults, TOY_FAULT_CAPTURE_FULL, remote->question.turn);
            remote->lost = true;
        }
        if (status != TOY_OK) {
            return;
        }
    }
    if (remote->has_end && !remote->end_sent && waiting == 0u) {
        send_end(remote);
    }
}

void toy_brain_remote_frames(toy_brain_remote_t *remote, uint8_t adpcm_bytes) { remote->frame_bytes = adpcm_bytes; }

static toy_status_t feed(void *context, const toy_question_end_t *end)
{
    toy_brain_remote_t *remote = context;
    if (end != NULL) {
        remote->end = *end;
        remote->has_end = true;
    } else {
        remote->has_end = remote->end_sent = false; /* it goes on */
    }
    if (!remote->lost) {
        send_question(remote);
    }
    return remote->lost ? TOY_ERR_STATE : TOY_OK;
}

/* ---- down: the answer ---------------------------------------------------------------------------------- */

static void send_or_owe(toy_brain_remote_t *remote, unsigned which, const toy_message_t *message)
{
    remote->owed[which] = *message;
    remote->owes[which] = toy_link_send(remote->link, message) == TOY_ERR_FULL;
}

static void say_played(toy_brain_remote_t *remote, uint8_t reason)
{
    const toy_message_t message = {.type = TOY_MESSAGE_PLAYBACK_DONE,
                                   .playback_done = {.turn = remote->question.turn,
                                                     .reason = reason,
                                                     .frames = (uint16_t)remote->reply.first}};
    send_or_owe(remote, OWED_DONE, &message);
}

static toy_answer_t next_audio(void *context, int16_t samples[TOY_FRAME_SAMPLES])
{
    toy_brain_remote_t *remote = context;
    if (remote->lost && !remote->reply.started) {
        return TOY_ANSWER_LOST; /* so that somebody else may answer, and only one */
    }
    toy_answer_t answer = toy_reply_next(&remote->reply, samples);
    if (answer == TOY_ANSWER_DONE) {
        say_played(remote, TOY_PLAYBACK_REASON_FINISHED);
        remote->question.turn = 0;
    }
    return answer; /* lost after it began: what has come is played, then the turn's own stall ends it */
}

static void cancel(void *context, uint8_t reason)
{
    toy_brain_remote_t *remote = context;
    if (remote->question.turn == 0u) {
        return; /* the base ended it, or it is done */
    }
    toy_link_drop_turn(remote->link, remote->question.turn);
    if (remote->reply.started) {
        say_played(remote, TOY_PLAYBACK_REASON_INTERRUPTED);
    }
    const toy_message_t message = {.type = TOY_MESSAGE_ABORT,
                                   .abort = {.turn = remote->question.turn, .reason = reason}};
    send_or_owe(remote, OWED_ABORT, &message);
    remote->question.turn = 0;
}

toy_brain_t toy_brain_remote(toy_brain_remote_t *remote)
{
    return (toy_brain_t){"remote", remote, begin, feed, next_audio, cancel};
}

/* ---- from the link ------------------------------------------------------------------------------------ */

void toy_brain_remote_step(toy_brain_remote_t *remote)
{
    for (unsigned i = 0; i < 2u; ++i) {
        if (remote->owes[i]) {
            remote->owes[i] = toy_link_send(remote->link, &remote->owed[i]) == TOY_ERR_FULL;
        }
    }
    if (remote->question.turn != 0u && !remote->lost) {
        send_question(remote);
        grant(remote);
    }
}

void toy_brain_remote_lost(toy_brain_remote_t *remote) { remote->lost = true; }

void toy_brain_remote_audio(toy_brain_remote_t *remote, const toy_audio_frame_t *frame)
{
    if (frame->turn != remote->question.turn || remote->question.turn == 0u || remote->lost) {
        ++remote->stale_frames;
    } else if (toy_reply_put(&remote->reply, frame) == TOY_ERR_FULL) {
        toy_faults_raise(remote->faults, TOY_FAULT_CREDIT, frame->turn);
    }
}

void toy_brain_remote_speak_start(toy_brain_remote_t *remote, const toy_message_speak_start_t *start)
{
    bool spoken_here = start->codec == 0u && start->rate_hz == TOY_RATE_HZ;
    if (start->turn == remote->question.turn && remote->question.turn != 0u && !spoken_here) {
        toy_faults_raise(remote->faults, TOY_FAULT_REPLY, start->turn);
        remote->lost = true;
    }
}

void toy_brain_remote_speak_stop(toy_brain_remote_t *remote, const toy_message_speak_stop_t *stop)
{
    if (stop->turn == remote->question.turn && remote->question.turn != 0u) {
        toy_reply_end(&remote->reply);
    }
}

bool toy_brain_remote_abort(toy_brain_remote_t *remote, const toy_message_abort_t *abort)
{
    const toy_message_t ack = {.type = TOY_MESSAGE_ABORT_ACK, .abort_ack = {.turn = abort->turn}};
    bool ours = abort->turn != 0u && abort->turn == remote->question.turn;
    if (ours) {
        toy_link_drop_turn(remote->link, abort->turn);
        if (remote->reply.started) {
            say_played(remote, TOY_PLAYBACK_REASON_INTERRUPTED);
        }
        remote->question.turn = 0;
    }
    toy_ignore(toy_link_send(remote->link, &ack)); /* a base that misses it repeats its abort */
    return ours;
}
