#include "voice/voice.h"

#include <string.h>

#include "voice/text.h"
#include "voice/song.h"

#define COMMA_MS 180u
#define STOP_MS 320u
#define LONG_CLAUSE 90u /* phonemes, after which a conjunction begins a new breath */

const toy_voice_config_t toy_voice_plush = {
    .style = {.pitch_hz = 160, .lively_percent = 100, .speed_percent = 100, .beat_ms = 420},
    .size_percent = 107,
    .breath_percent = 4,
};

toy_status_t toy_voice_init(toy_voice_t *voice, const toy_voice_config_t *config, toy_arena_t *arena)
{
    memset(voice, 0, sizeof *voice);
    voice->config = config != NULL ? *config : toy_voice_plush;
    const toy_style_t *style = &voice->config.style;
    const uint8_t size = voice->config.size_percent;
    if (style->pitch_hz < 60u || style->pitch_hz > 500u || style->speed_percent < 40u ||
        style->speed_percent > 250u || style->lively_percent > 200u || size < 80u || size > 150u) {
        return TOY_ERR_ARG;
    }
    voice->clause = toy_arena_take(arena, sizeof *voice->clause, TOY_ARENA_ALIGN);
    if (voice->clause == NULL) {
        return TOY_ERR_MEMORY;
    }
    return toy_lexicon_open(&voice->lexicon, (const uint8_t *)toy_voice_lexicon, toy_voice_lexicon_bytes);
}

toy_status_t toy_voice_begin(toy_voice_t *voice, const char *text)
{
    if (text == NULL || voice->clause == NULL) {
        return TOY_ERR_ARG;
    }
    toy_words_begin(&voice->words, text);
    toy_klatt_init(&voice->klatt, 0.01f * (float)voice->config.size_percent,
                   0.01f * (float)voice->config.breath_percent);
    voice->has_waiting = false;
    voice->speaking = false;
    return TOY_OK;
}

static bool add_silence(toy_clause_t *clause, uint16_t ms)
{
    if (clause->count >= TOY_CLAUSE_SEGMENTS) {
        return false;
    }
    clause->segment[clause->count++] = (toy_segment_t){.phone = TOY_PHONE_SILENCE, .ms = ms};
    return true;
}

/* Each vowel takes the next note; the last note of a word that has more vowels is held on. */
static void add_notes(toy_clause_t *clause, uint16_t first, const char *notes, uint16_t beat_ms)
{
    uint16_t ms = 0, hz = 0;
    for (uint16_t at = first; at < clause->count; ++at) {
        if (!toy_phone_is_vowel(clause->segment[at].phone)) {
            continue;
        }
        uint16_t next = toy_song_note(&notes, beat_ms, &ms);
        hz = next != 0u ? next : hz;
        clause->segment[at].note_hz = hz;
        clause->segment[at].note_ms = ms;
        clause->segment[at].stress = TOY_STRESS_MAIN;
    }
}

static toy_status_t add_word(toy_voice_t *voice, const toy_token_t *word)
{
    toy_clause_t *clause = voice->clause;
    toy_spoken_t spoken;
    uint16_t first = clause->count;
    TOY_TRY(toy_pronounce(&voice->lexicon, word, &spoken));
    for (size_t at = 0; at < spoken.count; ++at) {
        clause->segment[clause->count++] = (toy_segment_t){
            .phone = spoken.phone[at], .stress = spoken.stress[at], .word_end = at + 1u == spoken.count};
    }
    if (word->notes != NULL) {
        add_notes(clause, first, word->notes, voice->config.style.beat_ms);
    }
    return TOY_OK;
}

static bool begins_breath(const char *word)
{
    return toy_text_same(word, "and") || toy_text_same(word, "but") || toy_text_same(word, "because") ||
           toy_text_same(word, "when") || toy_text_same(word, "so");
}

/* Reads up to the next pause; TOY_ERR_EMPTY when no word is left. */
static toy_status_t read_clause(toy_voice_t *voice)
{
    toy_clause_t *clause = voice->clause;
    clause->count = 0;
    clause->ending = '.';
    (void)add_silence(clause, 20);
    for (;;) {
        toy_token_t token = voice->waiting;
        if (!voice->has_waiting) {
            toy_words_next(&voice->words, &token);
        }
        voice->has_waiting = false;
        if (token.kind == TOY_TOKEN_END) {
            break;
        }
        if (token.kind == TOY_TOKEN_PAUSE) {
            if (clause->count > 1u) {
                clause->ending = token.mark;
                break;
            }
            continue;
        }
        bool full = clause->count + TOY_WORD_PHONES + 1u > TOY_CLAUSE_SEGMENTS;
        if (full || (clause->count > LONG_CLAUSE && begins_breath(token.text))) {
            voice->waiting = token;
            voice->has_waiting = true;
            clause->ending = ',';
            break;
        }
        TOY_TRY(add_word(voice, &token));
    }
    if (clause->count <= 1u) {
        return TOY_ERR_EMPTY;
    }
    (void)add_silence(clause, clause->ending == ',' ? COMMA_MS : STOP_MS);
    toy_prosody(clause, &voice->config.style);
    toy_track_begin(&voice->track, clause);
    return TOY_OK;
}

toy_status_t toy_voice_next(toy_voice_t *voice, int16_t pcm[TOY_VOICE_SAMPLES])
{
    memset(pcm, 0, TOY_VOICE_SAMPLES * sizeof *pcm);
    for (unsigned at = 0; at < TOY_VOICE_SAMPLES; at += TOY_KLATT_SAMPLES) {
        toy_klatt_frame_t frame;
        if (!voice->speaking || !toy_track_next(&voice->track, &frame)) {
            voice->speaking = false;
            toy_status_t read = read_clause(voice);
            if (read != TOY_OK) {
                return read == TOY_ERR_EMPTY && at > 0u ? TOY_OK : read;
            }
            voice->speaking = true;
            if (!toy_track_next(&voice->track, &frame)) {
                return TOY_ERR_STATE;
            }
        }
        toy_klatt_render(&voice->klatt, &frame, pcm + at);
    }
    return TOY_OK;
}
