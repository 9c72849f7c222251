#include "app/alone/teller.h"

#include <string.h>

#include "app/alone/unsafe.h"
#include "base/crc32.h"

#define TEMPERATURE_MILLI 800u
#define TOP_P_MILLI 900u
#define GUARD_TOKENS 12u

toy_status_t toy_teller_init(toy_teller_t *teller, const toy_teller_config_t *config, const toy_content_t *content,
                             toy_port_t *port, toy_arena_t *arena)
{
    memset(teller, 0, sizeof *teller);
    teller->content = content;
    teller->pace_frames = config->pace_frames;
    if (config->model == NULL) {
        return TOY_OK;
    }
    toy_arena_t own;
    if (config->room != NULL) {
        toy_arena_init(&own, config->room, config->room_bytes);
        arena = &own;
    }
    toy_story_t *story = toy_arena_take(arena, sizeof *story, TOY_ARENA_ALIGN);
    if (story == NULL) {
        return TOY_ERR_MEMORY;
    }
    TOY_TRY(toy_story_init(story, config->model, config->model_bytes, &config->llama, port, arena));
    teller->story = story;
    return TOY_OK;
}

bool toy_teller_has_model(const toy_teller_t *teller) { return teller->story != NULL; }

static size_t length_of(const char *text)
{
    size_t count = 0;
    while (text[count] != '\0') {
        ++count;
    }
    return count;
}

static void end(toy_teller_t *teller, bool well)
{
    teller->state = TOY_TELLER_OVER;
    teller->ended_well = well;
}

void toy_teller_begin(toy_teller_t *teller, const char *prompt, uint32_t seed)
{
    const toy_sampler_config_t sampling = {TEMPERATURE_MILLI, TOP_P_MILLI, GUARD_TOKENS, seed};
    toy_teller_hush(teller);
    teller->state = TOY_TELLER_WRITING;
    if (toy_story_open(teller->story, prompt, length_of(prompt), &sampling) != TOY_OK) {
        end(teller, false);
    }
}

void toy_teller_hush(toy_teller_t *teller)
{
    teller->state = TOY_TELLER_OFF;
    teller->ended_well = false;
    teller->first = teller->waiting = 0;
    teller->used = teller->words = 0;
    teller->paced = 0;
    memset(teller->before, 0, sizeof teller->before);
}

static bool was_told(toy_teller_t *teller, uint32_t checksum)
{
    for (unsigned i = 0; i < TOY_TELLER_REMEMBERS; ++i) {
        if (teller->before[i] == checksum) {
            return true;
        }
    }
    teller->before[teller->before_at++ % TOY_TELLER_REMEMBERS] = checksum;
    return false;
}

static uint16_t words_of(const char *text)
{
    uint16_t count = 0;
    for (const char *at = text; *at != '\0'; ++at) {
        count = (uint16_t)(count + (*at != ' ' && (at[1] == ' ' || at[1] == '\0')));
    }
    return count;
}

/* The draft is whole: it waits to be spoken, or it ends the story. */
static void finish_sentence(toy_teller_t *teller)
{
    teller->draft[teller->used] = '\0';
    uint32_t checksum = toy_crc32(0, (const uint8_t *)teller->draft, teller->used);
    bool unsafe = toy_unsafe_find(teller->content, teller->draft);
    teller->refused += unsafe;
    /* Room for one was there when the piece began; one that ends two sentences is no piece of a story. */
    if (unsafe || teller->waiting == TOY_TELLER_AHEAD || was_told(teller, checksum)) {
        end(teller, false);
    } else {
        memcpy(teller->sentence[(teller->first + teller->waiting) % TOY_TELLER_AHEAD], teller->draft, teller->used + 1u);
        ++teller->waiting;
        teller->words = (uint16_t)(teller->words + words_of(teller->draft));
        if (teller->words >= TOY_TELLER_WORDS_MOST) {
            end(teller, false);
        }
    }
    teller->used = 0;
}

static bool is_ending(char letter) { return letter == '.' || letter == '!' || letter == '?'; }
static bool is_quote(char letter) { return letter == '"' || letter == '\'' || letter == ')'; }

static bool draft_is_whole(const toy_teller_t *teller)
{
    uint16_t at = teller->used;
    while (at > 0u && is_quote(teller->draft[at - 1u])) {
        --at;
    }
    return at > 0u && is_ending(teller->draft[at - 1u]);
}

/* Blanks part sentences only when the one before is whole; what is no letter of ours is left out. */
static void add(toy_teller_t *teller, uint8_t letter)
{
    bool blank = letter == ' ' || letter == '\n';
    if (blank && (draft_is_whole(teller) || teller->used > TOY_TELLER_SENTENCE_BYTES - 40u)) {
        finish_sentence(teller);
    } else if (letter >= ' ' && letter < 127u && !(blank && teller->used == 0u) &&
               teller->used < TOY_TELLER_SENTENCE_BYTES - 1u) {
        teller->draft[teller->used++] = (char)letter;
    } else if (blank && teller->used > 0u) {
        teller->draft[teller->used++] = ' ';
    }
}

static void write_on(toy_teller_t *teller)
{
    const uint8_t *text = NULL;
    uint32_t count = 0;
    toy_status_t status = toy_story_next(teller->story, &text, &count);
    if (status != TOY_OK) { /* TOY_ERR_EMPTY: the model says that the story is over */
        bool whole = teller->used == 0u || draft_is_whole(teller);
        teller->state = TOY_TELLER_OVER;
        teller->ended_well = status == TOY_ERR_EMPTY && whole;
        if (whole && teller->used > 0u) {
            finish_sentence(teller); /* may still find that it is not fit to be spoken */
        }
        return;
    }
    for (uint32_t i = 0; i < count && teller->state == TOY_TELLER_WRITING; ++i) {
        add(teller, text[i]);
    }
}

void toy_teller_step(toy_teller_t *teller)
{
    if (teller->state != TOY_TELLER_WRITING || teller->waiting == TOY_TELLER_AHEAD) {
        return; /* far enough ahead */
    }
    if (teller->pace_frames > 0u && ++teller->paced < teller->pace_frames) {
        return;
    }
    teller->paced = 0;
    if (!toy_story_has_read(teller->story)) {
        if (toy_story_read(teller->story) != TOY_OK) {
            end(teller, false);
        }
    } else {
        write_on(teller);
    }
}

bool toy_teller_take(toy_teller_t *teller, char text[TOY_TELLER_SENTENCE_BYTES])
{
    const char *sentence = teller->sentence[teller->first];
    if (teller->waiting == 0u) {
        return false;
    }
    memcpy(text, sentence, length_of(sentence) + 1u);
    teller->first = (uint8_t)((teller->first + 1u) % TOY_TELLER_AHEAD);
    --teller->waiting;
    return true;
}

bool toy_teller_is_over(const toy_teller_t *teller)
{
    return teller->state != TOY_TELLER_WRITING && teller->waiting == 0u;
}
