#include "app/brain_local.h"

#include <string.h>

#include "app/alone/line.h"
#include "link/generated/message_types.h"

/* ---- start --------------------------------------------------------------------------------------------- */

size_t toy_brain_local_arena_bytes(const toy_brain_local_config_t *config)
{
    toy_arena_t arena;
    toy_story_t story; /* the model's header says how large its cache is */
    toy_arena_measure(&arena);
    if (config->speaks) {
        toy_arena_take(&arena, TOY_VOICE_ARENA_BYTES, TOY_ARENA_ALIGN);
    }
    if (config->teller.model != NULL && config->teller.room == NULL) {
        toy_arena_take(&arena, sizeof story, TOY_ARENA_ALIGN);
        toy_ignore(toy_story_init(&story, config->teller.model, config->teller.model_bytes, &config->teller.llama,
                                  config->port, &arena));
    }
    return arena.used_bytes;
}

toy_status_t toy_brain_local_init(toy_brain_local_t *local, const toy_brain_local_config_t *config, toy_arena_t *arena)
{
    memset(local, 0, sizeof *local);
    local->config = *config;
    toy_speech_init(&local->clips, config->phrases);
    if (config->speaks) {
        TOY_TRY(toy_mouth_init(&local->mouth, arena));
    }
    toy_status_t status = toy_teller_init(&local->teller, &config->teller, config->content, config->port, arena);
    toy_policy_init(&local->policy, config->content, toy_teller_has_model(&local->teller), config->seed);
    return status;
}

static bool has_content(const toy_brain_local_t *local) { return local->config.content->blob != NULL; }

static void hush(toy_brain_local_t *local)
{
    toy_speech_hush(&local->clips);
    toy_mouth_hush(&local->mouth);
    local->ready = false;
    local->frames = 0;
}

static toy_status_t begin(void *context, const toy_question_t *question)
{
    toy_brain_local_t *local = context;
    hush(local);
    local->turn = question->turn;
    local->handed_over = question->handed_over;
    return TOY_OK;
}

/* ---- the book of offline turns ------------------------------------------------------------------------- */

static size_t append(char *text, size_t used, size_t room, const char *more)
{
    for (; *more != '\0' && used + 1u < room; ++more) {
        text[used++] = *more;
    }
    text[used] = '\0';
    return used;
}

static void list_words(const toy_question_end_t *end, char *text, size_t room)
{
    size_t used = 0;
    text[0] = '\0';
    for (uint32_t i = 0; i < end->words_count; ++i) {
        used = append(text, used, room, i > 0u ? " " : "");
        used = append(text, used, room, toy_intent_name(end->words[i].intent));
    }
}

static void fill(const toy_brain_local_t *local, uint16_t line, char *text, size_t room)
{
    toy_line_fill(local->config.content, line, &local->policy.slots, text, room);
}

/* The row is written before the first sound, so that no reset in between can lose it. */
static void note(toy_brain_local_t *local, const toy_question_end_t *end)
{
    const toy_plan_t *plan = &local->policy.plan;
    char heard[TOY_OFFLINE_HEARD_BYTES + 1u], said[TOY_OFFLINE_SAID_BYTES + 1u];
    size_t used = 0;
    said[0] = '\0';
    list_words(end, heard, sizeof heard);
    for (uint32_t i = 0; i < plan->count && used + 1u < sizeof said; ++i) {
        if (plan->entry[i] < TOY_PLAN_CLOSE) {
            used = append(said, used, sizeof said, used > 0u ? " " : "");
            fill(local, plan->entry[i], local->text, sizeof local->text);
            used = append(said, used, sizeof said, local->text);
        }
    }
    if (heard[0] != '\0') {
        toy_tell(local->config.listener, TOY_EVENT_HEARD, local->turn, 0, heard);
    }
    if (heard[0] != '\0' || said[0] != '\0') {
        toy_offline_note(local->config.offline, local->turn, heard, said);
    }
}

/* ---- the answer ---------------------------------------------------------------------------------------- */

static void tell_said(const toy_brain_local_t *local)
{
    toy_tell(local->config.listener, TOY_EVENT_SAID, local->turn, 0, local->text);
}

/* Without content there is one excuse from the phrase bank, and no dialogue. */
static void make_excuse(toy_brain_local_t *local, const toy_question_end_t *end)
{
    uint32_t index;
    toy_phrase_t phrase;
    if (end->reason == TOY_END_REASON_NO_SPEECH ||
        toy_phrases_choose(local->config.phrases, TOY_PHRASE_EXCUSE, &index) != TOY_OK ||
        toy_phrases_get(local->config.phrases, index, &phrase) != TOY_OK ||
        toy_speech_say(&local->clips, index) != TOY_OK) {
        return;
    }
    memcpy(local->text, phrase.text, phrase.text_bytes); /* at most TOY_PHRASE_TEXT_BYTES */
    local->text[phrase.text_bytes] = '\0';
    tell_said(local);
    toy_offline_note(local->config.offline, local->turn, "", local->text);
}

/* Llama reads the sentence that it goes on from while those before are spoken. */
static void begin_story(toy_brain_local_t *local)
{
    const toy_plan_t *plan = &local->policy.plan;
    for (uint32_t i = plan->at + 1u; i < plan->count; ++i) {
        if (plan->entry[i] == TOY_PLAN_TELLER) {
            fill(local, plan->entry[i - 1u], local->text, sizeof local->text);
            toy_teller_begin(&local->teller, local->text, toy_rounds_draw(&local->policy.rounds, UINT32_MAX));
            return;
        }
    }
}

static toy_status_t feed(void *context, const toy_question_end_t *end)
{
    toy_brain_local_t *local = context;
    if (end == NULL) {
        return TOY_OK;
    }
    if (has_content(local)) {
        local->policy.story_only = local->config.settings->story_only;
        bool goes_on = local->policy.waiting == TOY_WAITING_GO_ON;
        toy_policy_hear(&local->policy, end, local->handed_over, local->config.gain->percent);
        note(local, end);
        if (!goes_on) {
            begin_story(local);
        }
    } else {
        make_excuse(local, end);
    }
    local->ready = true;
    return TOY_OK;
}

static void speak_line(toy_brain_local_t *local, uint16_t line)
{
    const char *sung = toy_line_sung(local->config.content, line);
    fill(local, line, local->text, sizeof local->text);
    tell_said(local);
    toy_mouth_say(&local->mouth, sung != NULL ? sung : local->text, local->policy.plan.mood);
}

typedef enum { ENTRY_SPEAKS, ENTRY_WAITS, ENTRY_IS_OVER } entry_t;

/* The story's next sentence; there may be several of one entry. */
static entry_t speak_story(toy_brain_local_t *local)
{
    if (toy_teller_take(&local->teller, local->text)) {
        tell_said(local);
        toy_mouth_say(&local->mouth, local->text, local->policy.plan.mood);
        return ENTRY_SPEAKS;
    }
    if (!toy_teller_is_over(&local->teller)) {
        return ENTRY_WAITS;
    }
    ++local->policy.plan.at;
    return ENTRY_IS_OVER;
}

static entry_t speak_entry(toy_brain_local_t *local)
{
    toy_plan_t *plan = &local->policy.plan;
    uint16_t entry = plan->entry[plan->at];
    if (entry == TOY_PLAN_TELLER) {
        return speak_story(local);
    }
    ++plan->at;
    if (entry == TOY_PLAN_CLOSE && toy_teller_ended_well(&local->teller)) {
        return ENTRY_IS_OVER;
    }
    bool closes = entry == TOY_PLAN_CLOSE;
    speak_line(local, closes ? toy_rounds_choose(&local->policy.rounds, TOY_LINES_STORY_CLOSE, NULL) : entry);
    return ENTRY_SPEAKS;
}

/* The next sentence of the plan begins; false: there is none now. */
static bool speak_on(toy_brain_local_t *local)
{
    const toy_plan_t *plan = &local->policy.plan;
    entry_t entry = ENTRY_IS_OVER;
    while (entry == ENTRY_IS_OVER && !toy_plan_is_over(plan)) {
        if (local->frames >= TOY_LOCAL_PART_FRAMES && plan->at + 1u < plan->count) {
            toy_policy_pause(&local->policy);
            local->frames = 0;
        } else {
            entry = speak_entry(local);
        }
    }
    return entry == ENTRY_SPEAKS;
}

static toy_answer_t ending(const toy_plan_t *plan)
{
    return !toy_plan_is_over(plan)             ? TOY_ANSWER_WAIT
           : plan->ending == TOY_PLAN_ASKS     ? TOY_ANSWER_ASKED
           : plan->ending == TOY_PLAN_SLEEPS   ? TOY_ANSWER_SLEEPS
                                               : TOY_ANSWER_DONE;
}

static toy_answer_t next_audio(void *context, int16_t samples[TOY_FRAME_SAMPLES])
{
    toy_brain_local_t *local = context;
    if (!local->ready) {
        return TOY_ANSWER_WAIT;
    }
    if (!has_content(local)) {
        return toy_speech_next(&local->clips, samples) ? TOY_ANSWER_SOUND : TOY_ANSWER_DONE;
    }
    toy_teller_step(&local->teller);
    while (!toy_mouth_next(&local->mouth, samples)) {
        if (!speak_on(local)) {
            return ending(&local->policy.plan);
        }
    }
    ++local->frames;
    return TOY_ANSWER_SOUND;
}

static void cancel(void *context, uint8_t reason)
{
    toy_brain_local_t *local = context;
    (void)reason;
    hush(local);
    toy_teller_hush(&local->teller);
    toy_policy_stop(&local->policy);
}

int8_t toy_brain_local_take_volume(toy_brain_local_t *local)
{
    int8_t steps = local->policy.volume_steps;
    local->policy.volume_steps = 0;
    return steps;
}

toy_brain_t toy_brain_local(toy_brain_local_t *local)
{
    return (toy_brain_t){"local", local, begin, feed, next_audio, cancel};
}
