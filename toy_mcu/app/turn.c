#include "app/turn.h"

#include <string.h>

#include "link/generated/message_types.h"

static const char *const STATE_NAME[] = {"idle", "listening", "thinking", "speaking", "asleep", "muted"};

const char *toy_state_name(toy_state_t state) { return STATE_NAME[state]; }

static uint32_t now_ms(const toy_turn_t *turn) { return toy_port_now_ms(turn->config.port); }

static const toy_heard_t *heard(const toy_turn_t *turn) { return &turn->config.hearing->last; }

static bool is_resting(const toy_turn_t *turn)
{
    return turn->state == TOY_IDLE || turn->state == TOY_ASLEEP || turn->state == TOY_MUTED;
}

uint16_t toy_turn_number(const toy_turn_t *turn) { return is_resting(turn) ? 0u : turn->question.turn; }

static void enter(toy_turn_t *turn, toy_state_t state)
{
    if (turn->state == state) {
        return;
    }
    turn->state = state;
    turn->entered_ms = turn->sounded_ms = now_ms(turn);
    toy_tell(turn->config.listener, TOY_EVENT_STATE, turn->question.turn, (uint8_t)state, STATE_NAME[state]);
    if (is_resting(turn)) {
        turn->question.turn = 0;
    }
}

void toy_turn_init(toy_turn_t *turn, const toy_turn_config_t *config)
{
    memset(turn, 0, sizeof *turn);
    turn->config = *config;
    turn->next_turn = config->first_turn == 0u ? 1u : config->first_turn;
    turn->start_ms = now_ms(turn);
}

/* ---- rest --------------------------------------------------------------------------------------------- */

/* What was kept belonged to the turn that is over: the next one begins with what is heard from now on. */
static void rest_and(toy_turn_t *turn, void (*let_go)(toy_hearing_t *))
{
    let_go(turn->config.hearing);
    turn->voice_waits = false;
    toy_nod_stop(turn->config.nod);
    enter(turn, turn->muted ? TOY_MUTED : turn->bedtime || turn->dozing ? TOY_ASLEEP : TOY_IDLE);
}

static void rest(toy_turn_t *turn) { rest_and(turn, toy_hearing_close); }

/* Asleep because it said good night, and not because a parent says so. */
bool toy_turn_dozes(const toy_turn_t *turn) { return turn->state == TOY_ASLEEP && !turn->bedtime; }

static bool may_open(const toy_turn_t *turn) { return turn->state == TOY_IDLE || toy_turn_dozes(turn); }

/* ---- who answers -------------------------------------------------------------------------------------- */

static void ask(toy_turn_t *turn, const toy_brain_t *brain)
{
    turn->brain = brain;
    toy_tell(turn->config.listener, TOY_EVENT_BRAIN, turn->question.turn, 0, brain->name);
}

/* The same question for the local brain, from its first word; it never refuses. */
static void hand_over(toy_turn_t *turn)
{
    turn->brain->cancel(turn->brain->context, TOY_ABORT_REASON_TIME_OUT);
    turn->question.handed_over = true;
    ask(turn, &turn->config.local);
    toy_ignore(turn->brain->begin(turn->brain->context, &turn->question));
    if (turn->has_end) {
        toy_ignore(turn->brain->feed(turn->brain->context, &turn->end));
    }
    turn->entered_ms = now_ms(turn); /* the local brain has its own time to think */
}

/* ---- listening ---------------------------------------------------------------------------------------- */

/* So many frames before now, or the beginning of the sentence that is being spoken, whichever is earlier. */
static uint32_t first_frame(const toy_turn_t *turn, uint32_t preroll_frames)
{
    uint32_t first = turn->frame - preroll_frames;
    uint32_t voice = turn->voice_frame - TOY_TURN_VOICE_PREROLL;
    if ((turn->voice_waits || heard(turn)->speaking) && (int32_t)(voice - first) < 0) {
        first = voice;
    }
    return toy_hearing_from(turn->config.hearing, first, turn->frame);
}

/* The remote brain is asked first, unless a question of the local one is being answered. */
static void open_turn(toy_turn_t *turn, uint8_t reason, uint8_t score, uint32_t preroll_frames)
{
    toy_hearing_called(turn->config.hearing);
    turn->question = (toy_question_t){
        .turn = turn->next_turn,
        .reason = reason,
        .score = score,
        .snr_db = heard(turn)->snr_db,
        .first_frame = first_frame(turn, preroll_frames),
        .woken_frame = turn->frame,
        .sound = turn->config.hearing,
    };
    turn->next_turn = turn->next_turn == UINT16_MAX ? 1u : (uint16_t)(turn->next_turn + 1u);
    turn->dozing = false;
    turn->has_end = turn->answered = false;
    turn->words_count = 0;
    turn->voice_heard = turn->voice_waits; /* it opened the turn */
    turn->counts_from = turn->frame * TOY_FRAME_SAMPLES;
    turn->opened_ms = now_ms(turn);
    const toy_brain_t *remote = &turn->config.remote;
    bool follows = reason == TOY_WAKE_REASON_FOLLOW_UP && turn->brain == &turn->config.local;
    bool at_home = !follows && remote->begin(remote->context, &turn->question) == TOY_OK;
    enter(turn, TOY_LISTENING);
    ask(turn, at_home ? remote : &turn->config.local);
    if (!at_home) {
        toy_ignore(turn->brain->begin(turn->brain->context, &turn->question));
    }
}

static void end_question(toy_turn_t *turn, uint8_t reason)
{
    bool voiced = turn->voice_heard;
    turn->end = (toy_question_end_t){
        .reason = voiced ? reason : (uint8_t)TOY_END_REASON_NO_SPEECH,
        .next_frame = turn->frame,
        .voiced_end_sample = voiced ? heard(turn)->voiced_end_sample : turn->frame * TOY_FRAME_SAMPLES,
        .words_count = turn->words_count,
    };
    memcpy(turn->end.words, turn->words, sizeof turn->words);
    turn->has_end = true;
    enter(turn, TOY_THINKING);
    if (voiced && turn->brain == &turn->config.remote) {
        toy_nod_wait(turn->config.nod, now_ms(turn));
    }
    if (turn->brain->feed(turn->brain->context, &turn->end) != TOY_OK) {
        hand_over(turn);
    }
}

/* Whoever can take an answer back may begin it after a moment's quiet. The toy alone waits for a longer silence, and for
 * a command, which is known some time after its end and is all that it has to go by. */
static bool is_over(const toy_turn_t *turn)
{
    uint32_t quiet_samples = turn->frame * TOY_FRAME_SAMPLES - heard(turn)->voiced_end_sample;
    if (turn->brain == &turn->config.remote) {
        return !heard(turn)->speaking || quiet_samples >= TOY_TURN_EARLY_MS * (TOY_RATE_HZ / 1000u);
    }
    uint32_t settled_samples = heard(turn)->silence_samples + TOY_TURN_SETTLE_MS * (TOY_RATE_HZ / 1000u);
    bool settled = !turn->config.hearing->ears.spots || turn->words_count > 0u || quiet_samples >= settled_samples;
    return !heard(turn)->speaking && settled;
}

static void listen_on(toy_turn_t *turn)
{
    /* What was said before the turn was opened, the wake word among it, is not yet the question. */
    turn->voice_heard |= heard(turn)->speaking && (int32_t)(heard(turn)->voiced_end_sample - turn->counts_from) > 0;
    if (turn->brain->feed(turn->brain->context, NULL) != TOY_OK) {
        hand_over(turn);
    }
    if (turn->voice_heard && is_over(turn)) {
        end_question(turn, TOY_END_REASON_SILENCE);
    }
}

static bool may_go_on(const toy_turn_t *turn)
{
    return turn->state == TOY_THINKING && turn->brain == &turn->config.remote && !turn->answered &&
           turn->end.reason == TOY_END_REASON_SILENCE && now_ms(turn) - turn->entered_ms < TOY_TURN_REOPEN_MS;
}

/* The child only drew breath: what it says now belongs to the same question. */
static void go_on(toy_turn_t *turn)
{
    turn->has_end = false;
    toy_nod_stop(turn->config.nod);
    enter(turn, TOY_LISTENING);
    listen_on(turn);
}

/* Without a wake word a voice opens a turn, once the base station had its chance to appear. */
static void watch(toy_turn_t *turn)
{
    bool ready = turn->link_is_up || now_ms(turn) - turn->start_ms >= TOY_TURN_READY_MS;
    if (turn->config.open_microphone && ready && turn->voice_waits) {
        open_turn(turn, TOY_WAKE_REASON_FORCED, 0, TOY_TURN_VOICE_PREROLL);
    }
}

/* Half duplex: once it answers this ear is closed; the spotter's is open, behind the canceller. */
static bool keeps(const toy_turn_t *turn) { return may_open(turn) || turn->state == TOY_LISTENING || may_go_on(turn); }

/* Its own hum is no speech; what is spoken over it is heard when it is over. */
static bool judges(const toy_turn_t *turn)
{
    return keeps(turn) && !(turn->state == TOY_THINKING && toy_nod_sounds(turn->config.nod));
}

uint8_t toy_turn_heeds(const toy_turn_t *turn)
{
    bool speaks = turn->state == TOY_SPEAKING;
    return (uint8_t)((keeps(turn) ? TOY_HEED_KEEPS : 0) | (judges(turn) ? TOY_HEED_JUDGES : 0) |
                     (speaks || turn->state == TOY_THINKING ? TOY_HEED_SOUNDS : 0) | (speaks ? TOY_HEED_SPEAKS : 0));
}

void toy_turn_hear(toy_turn_t *turn)
{
    turn->frame = heard(turn)->number + 1u;
    if (!judges(turn)) {
        return;
    }
    if (heard(turn)->onset) {
        turn->voice_waits = true;
        turn->voice_frame = heard(turn)->onset_sample / TOY_FRAME_SAMPLES;
    }
    if (turn->state == TOY_LISTENING) {
        listen_on(turn);
    } else if (turn->state != TOY_THINKING) {
        watch(turn);
    } else if ((int32_t)(heard(turn)->voiced_end_sample - turn->end.voiced_end_sample) > 0) {
        go_on(turn);
    }
}

/* ---- speaking ----------------------------------------------------------------------------------------- */

static void tell_playback(const toy_turn_t *turn, uint8_t reason)
{
    if (turn->state == TOY_SPEAKING) {
        const char *how = reason == TOY_PLAYBACK_REASON_FINISHED ? "done" : "interrupted";
        toy_tell(turn->config.listener, TOY_EVENT_PLAYBACK, turn->question.turn, reason, how);
    }
}

static void say(toy_turn_t *turn, toy_answer_t answer)
{
    switch (answer) {
    case TOY_ANSWER_ASKED:
        tell_playback(turn, TOY_PLAYBACK_REASON_FINISHED);
        rest_and(turn, toy_hearing_forget); /* whoever called the toy is still there to answer */
        if (turn->state == TOY_IDLE) {
            open_turn(turn, TOY_WAKE_REASON_FOLLOW_UP, 0, 0);
        } else {
            toy_hearing_close(turn->config.hearing);
        }
        break;
    case TOY_ANSWER_SLEEPS:
        turn->dozing = true;
        tell_playback(turn, TOY_PLAYBACK_REASON_FINISHED);
        rest(turn);
        break;
    case TOY_ANSWER_SOUND:
        enter(turn, TOY_SPEAKING);
        turn->sounded_ms = now_ms(turn);
        break;
    case TOY_ANSWER_WAIT:
        break;
    case TOY_ANSWER_DONE:
        tell_playback(turn, TOY_PLAYBACK_REASON_FINISHED);
        rest(turn);
        break;
    case TOY_ANSWER_LOST:
        if (turn->state == TOY_THINKING) {
            hand_over(turn);
        } else {
            /* half an answer is not begun again by somebody else */
            toy_turn_stop(turn, TOY_ABORT_REASON_FAILURE);
        }
        break;
    }
}

void toy_turn_speak(toy_turn_t *turn, int16_t samples[TOY_FRAME_SAMPLES])
{
    memset(samples, 0, TOY_FRAME_SAMPLES * sizeof *samples);
    if (turn->state == TOY_THINKING || turn->state == TOY_SPEAKING) {
        toy_answer_t answer = turn->brain->next_audio(turn->brain->context, samples);
        if (answer == TOY_ANSWER_SOUND) {
            toy_nod_answered(turn->config.nod, now_ms(turn));
        } else if (answer == TOY_ANSWER_WAIT && turn->state == TOY_THINKING) {
            toy_nod_frame(turn->config.nod, now_ms(turn), samples);
        }
        say(turn, answer);
    }
}

void toy_turn_answered(toy_turn_t *turn, uint16_t number)
{
    if (is_resting(turn) || number != turn->question.turn || turn->brain != &turn->config.remote) {
        return;
    }
    turn->answered = true;
    if (turn->state == TOY_LISTENING) { /* it began while more was being said: the answer stands */
        end_question(turn, TOY_END_REASON_SILENCE);
    }
}

/* ---- time-outs ----------------------------------------------------------------------------------------- */

static void give_up_thinking(toy_turn_t *turn)
{
    if (turn->brain == &turn->config.remote) {
        hand_over(turn);
    } else {
        toy_turn_stop(turn, TOY_ABORT_REASON_TIME_OUT);
    }
}

void toy_turn_step(toy_turn_t *turn)
{
    if (is_resting(turn)) {
        return;
    }
    uint32_t now = now_ms(turn);
    uint32_t open_ms = now - turn->opened_ms;
    bool stalls = turn->state == TOY_SPEAKING && now - turn->sounded_ms >= TOY_TURN_STALL_MS;
    if (open_ms >= TOY_TURN_MS || stalls) {
        toy_turn_stop(turn, TOY_ABORT_REASON_TIME_OUT);
    } else if (turn->state == TOY_THINKING && now - turn->entered_ms >= TOY_TURN_THINK_MS) {
        give_up_thinking(turn);
    } else if (turn->state == TOY_LISTENING && open_ms >= TOY_TURN_LISTEN_MS) {
        end_question(turn, TOY_END_REASON_LONGEST);
    } else if (turn->state == TOY_LISTENING && !turn->voice_heard && open_ms >= TOY_TURN_NO_SPEECH_MS) {
        end_question(turn, TOY_END_REASON_NO_SPEECH);
    }
}

/* ---- from outside ------------------------------------------------------------------------------------- */

void toy_turn_listen(toy_turn_t *turn, uint8_t reason)
{
    if (may_open(turn)) {
        turn->voice_waits = false;
        open_turn(turn, reason, 0, TOY_TURN_PAW_PREROLL);
    }
}

/* How much of what was heard the wake word takes along. In mid-answer what came since the last question, and nothing of it. */
static uint32_t wake_preroll(const toy_turn_t *turn)
{
    uint32_t since_question = turn->frame - turn->end.next_frame;
    bool last_is_near = turn->state == TOY_SPEAKING && since_question < TOY_TURN_WAKE_PREROLL;
    return last_is_near ? since_question : TOY_TURN_WAKE_PREROLL;
}

/* The sound stays: with the wake word came the beginning of the next question. */
static void interrupt(toy_turn_t *turn)
{
    turn->brain->cancel(turn->brain->context, TOY_ABORT_REASON_WAKE_WORD);
    tell_playback(turn, TOY_PLAYBACK_REASON_INTERRUPTED);
    toy_hearing_settle(turn->config.hearing);
    toy_nod_stop(turn->config.nod);
    enter(turn, TOY_IDLE);
}

void toy_turn_woken(toy_turn_t *turn, uint8_t score)
{
    uint32_t preroll_frames = wake_preroll(turn);
    if (turn->state == TOY_SPEAKING && turn->bedtime) {
        toy_turn_stop(turn, TOY_ABORT_REASON_WAKE_WORD); /* one last answer was let through; it is cut short, and good night */
    } else if (turn->state == TOY_SPEAKING) {
        interrupt(turn);
    }
    if (may_open(turn)) {
        turn->voice_waits = false;
        open_turn(turn, TOY_WAKE_REASON_WAKE_WORD, score, preroll_frames);
        turn->counts_from += TOY_TURN_WAKE_TAIL;
    } else if (is_resting(turn)) {
        toy_hearing_close(turn->config.hearing); /* it was called in vain */
    }
}

/* A word that comes while the base thinks is there for the local brain, should the question be handed over. */
void toy_turn_understood(toy_turn_t *turn, toy_intent_t intent, uint8_t confidence)
{
    bool open = turn->state == TOY_LISTENING || turn->state == TOY_THINKING;
    if (open && turn->words_count < TOY_UNDERSTOOD_MOST) {
        turn->words[turn->words_count++] = (toy_understood_t){intent, confidence};
        memcpy(turn->end.words, turn->words, sizeof turn->words);
        turn->end.words_count = turn->words_count;
    }
}

void toy_turn_be_told(toy_turn_t *turn)
{
    if (turn->state == TOY_IDLE) {
        toy_hearing_settle(turn->config.hearing); /* nobody asked anything, so nothing that was heard goes up */
        turn->voice_waits = false;
        open_turn(turn, TOY_WAKE_REASON_INVITED, 0, 0);
        end_question(turn, TOY_END_REASON_NO_SPEECH);
    }
}

void toy_turn_paw(toy_turn_t *turn)
{
    switch (turn->state) {
    case TOY_IDLE:
        toy_turn_listen(turn, TOY_WAKE_REASON_PAW);
        break;
    case TOY_LISTENING:
        end_question(turn, TOY_END_REASON_PAW);
        break;
    case TOY_THINKING:
    case TOY_SPEAKING:
        toy_turn_stop(turn, TOY_ABORT_REASON_PAW);
        break;
    case TOY_ASLEEP:
        toy_turn_listen(turn, TOY_WAKE_REASON_PAW); /* if it only dozes */
        break;
    case TOY_MUTED:
        break;
    }
}

void toy_turn_stop(toy_turn_t *turn, uint8_t reason)
{
    if (!is_resting(turn)) {
        turn->brain->cancel(turn->brain->context, reason);
        tell_playback(turn, TOY_PLAYBACK_REASON_INTERRUPTED);
        rest(turn);
    }
}

void toy_turn_given_up(toy_turn_t *turn, uint8_t reason)
{
    bool could_not = reason == TOY_ABORT_REASON_TIME_OUT || reason == TOY_ABORT_REASON_FAILURE;
    if (could_not && turn->state == TOY_THINKING && turn->brain == &turn->config.remote) {
        hand_over(turn);
    } else {
        toy_turn_stop(turn, reason);
    }
}

void toy_turn_mute(toy_turn_t *turn, bool on)
{
    if (turn->muted == on) {
        return;
    }
    turn->muted = on;
    toy_turn_stop(turn, TOY_ABORT_REASON_MUTED); /* who presses mute wants quiet, too */
    rest(turn);
}

void toy_turn_bedtime(toy_turn_t *turn, bool on)
{
    bool changed = turn->bedtime != on;
    turn->bedtime = on;
    if (changed && is_resting(turn)) { /* a turn under way is finished first */
        rest(turn);
    }
}

void toy_turn_link(toy_turn_t *turn, bool up) { turn->link_is_up = up; }
