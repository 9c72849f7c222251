#include "app/brain_local.h"

#include <string.h>

#include "link/generated/message_types.h"

void toy_brain_local_init(toy_brain_local_t *local, toy_phrases_t *phrases, toy_offline_t *offline,
                          const toy_listener_t *listener)
{
    memset(local, 0, sizeof *local);
    local->phrases = phrases;
    local->offline = offline;
    local->listener = listener;
    toy_speech_init(&local->speech, phrases);
}

static toy_status_t begin(void *context, const toy_question_t *question)
{
    toy_brain_local_t *local = context;
    toy_speech_hush(&local->speech);
    local->turn = question->turn;
    local->handed_over = question->handed_over;
    local->ready = false;
    local->said_bytes = 0;
    local->said[0] = '\0';
    return TOY_OK;
}

/* The transcript keeps whole phrases only: one that does not fit is left out, though it is spoken. */
static void note(toy_brain_local_t *local, const toy_phrase_t *phrase)
{
    size_t used = local->said_bytes;
    size_t space = used > 0u ? 1u : 0u;
    if (used + space + phrase->text_bytes < sizeof local->said) {
        memcpy(local->said + used, " ", space);
        memcpy(local->said + used + space, phrase->text, phrase->text_bytes);
        local->said_bytes = (uint8_t)(used + space + phrase->text_bytes);
        local->said[local->said_bytes] = '\0';
    }
}

static void say(toy_brain_local_t *local, toy_phrase_tag_t tag)
{
    uint32_t index;
    toy_phrase_t phrase;
    if (toy_phrases_choose(local->phrases, tag, &index) == TOY_OK &&
        toy_phrases_get(local->phrases, index, &phrase) == TOY_OK &&
        toy_speech_say(&local->speech, index) == TOY_OK) {
        note(local, &phrase);
    }
}

/* A spoken command that the phrase bank has an answer to. */
static bool obey(toy_brain_local_t *local, const toy_question_end_t *end)
{
    for (uint32_t i = 0; i < end->words_count; ++i) {
        switch (end->words[i].intent) {
        case TOY_INTENT_HELLO:
            say(local, TOY_PHRASE_GREETING);
            return local->greeted = true;
        case TOY_INTENT_JOKE:
            say(local, TOY_PHRASE_JOKE);
            local->owes_a_joke = false;
            return true;
        case TOY_INTENT_GOOD_NIGHT:
            say(local, TOY_PHRASE_SLEEPY);
            return true;
        case TOY_INTENT_BYE:
            say(local, TOY_PHRASE_GOODBYE);
            return true;
        case TOY_INTENT_STOP:
            return true; /* quiet is the answer */
        default:
            break;
        }
    }
    return false;
}

/* Every second answer keeps the promise that the one before it made. */
static void choose_answer(toy_brain_local_t *local, const toy_question_end_t *end)
{
    if (obey(local, end)) {
        return;
    }
    if (local->handed_over) {
        say(local, TOY_PHRASE_HUM); /* the child has waited a while already */
    } else if (!local->greeted) {
        say(local, TOY_PHRASE_GREETING);
    }
    local->greeted = true;
    if (local->owes_a_joke) {
        say(local, TOY_PHRASE_JOKE);
    } else {
        say(local, TOY_PHRASE_EXCUSE);
        say(local, TOY_PHRASE_OFFER);
    }
    local->owes_a_joke = !local->owes_a_joke;
}

static toy_status_t feed(void *context, const toy_question_end_t *end)
{
    toy_brain_local_t *local = context;
    if (end == NULL) {
        return TOY_OK;
    }
    if (end->reason != TOY_END_REASON_NO_SPEECH) {
        choose_answer(local, end);
    }
    if (local->said[0] != '\0') {
        toy_tell(local->listener, TOY_EVENT_SAID, local->turn, 0, local->said);
        const char *heard = end->words_count > 0u ? toy_intent_name(end->words[0].intent) : "";
        toy_offline_note(local->offline, local->turn, heard, local->said);
    }
    local->ready = true;
    return TOY_OK;
}

static toy_answer_t next_audio(void *context, int16_t samples[TOY_FRAME_SAMPLES])
{
    toy_brain_local_t *local = context;
    if (!local->ready) {
        return TOY_ANSWER_WAIT;
    }
    return toy_speech_next(&local->speech, samples) ? TOY_ANSWER_SOUND : TOY_ANSWER_DONE;
}

static void cancel(void *context, uint8_t reason)
{
    toy_brain_local_t *local = context;
    (void)reason;
    toy_speech_hush(&local->speech);
}

toy_brain_t toy_brain_local(toy_brain_local_t *local)
{
    return (toy_brain_t){"local", local, begin, feed, next_audio, cancel};
}
