#include "voice/prosody.h"

#include <stddef.h>

#define TAP_MS 35u

static const toy_phone_t *phone_at(const toy_clause_t *clause, int at)
{
    return at < 0 || at >= (int)clause->count ? &toy_phones[TOY_PHONE_SILENCE]
                                              : &toy_phones[clause->segment[at].phone];
}

static bool is_consonant(const toy_phone_t *phone)
{
    return phone->manner != TOY_MANNER_VOWEL && phone->manner != TOY_MANNER_SILENCE;
}

static bool is_stop(const toy_phone_t *phone)
{
    return phone->manner == TOY_MANNER_STOP || phone->manner == TOY_MANNER_AFFRICATE;
}

/* The last vowel before a pause: what follows it is held too. */
static int last_vowel(const toy_clause_t *clause)
{
    int at = (int)clause->count - 1;
    while (at >= 0 && !toy_phone_is_vowel(clause->segment[at].phone)) {
        --at;
    }
    return at;
}

static uint32_t vowel_percent(const toy_clause_t *clause, int at, bool final)
{
    const toy_segment_t *segment = &clause->segment[at];
    const toy_phone_t *next = phone_at(clause, at + 1);
    static const uint8_t stress_percent[3] = {60, 80, 100}; /* none, second, main */
    uint32_t percent = stress_percent[segment->stress];
    if (final) {
        percent = percent * 140u / 100u;
    }
    if (is_consonant(next) && !segment->word_end) { /* short before p t k, long before b d g z */
        bool buzzes = next->manner == TOY_MANNER_STOP || next->manner == TOY_MANNER_FRICATIVE;
        uint32_t change = !next->voiced ? 82u : buzzes ? 118u : 100u;
        percent = percent * change / 100u;
    }
    return percent;
}

static uint32_t consonant_percent(const toy_clause_t *clause, int at, bool final)
{
    uint32_t percent = final ? 125u : 100u;
    bool crowded = is_consonant(phone_at(clause, at - 1)) || is_consonant(phone_at(clause, at + 1));
    const toy_phone_t *next = phone_at(clause, at + 1);
    bool before_weak = next->manner == TOY_MANNER_VOWEL && clause->segment[at + 1].stress == TOY_STRESS_NONE;
    return percent * (crowded ? 80u : 100u) / 100u * (before_weak ? 85u : 100u) / 100u;
}

/* How long from the burst of a stop to what follows. */
static uint32_t release(const toy_clause_t *clause, int at)
{
    const toy_phone_t *self = phone_at(clause, at), *next = phone_at(clause, at + 1);
    const toy_phone_t *before = phone_at(clause, at - 1);
    if (self->manner == TOY_MANNER_AFFRICATE) {
        return self->voiced ? 55u : 80u;
    }
    if (is_stop(next)) {
        return clause->segment[at].phone == clause->segment[at + 1].phone ? 0u : 10u;
    }
    if (self->voiced) {
        return 10u;
    }
    if (next->manner == TOY_MANNER_VOWEL || next->manner == TOY_MANNER_GLIDE) {
        bool after_s = before == &toy_phones[TOY_PHONE_S] && !clause->segment[at - 1].word_end;
        return after_s ? 15u : clause->segment[at + 1].stress == TOY_STRESS_NONE ? 30u : 50u;
    }
    return 25u;
}

static void time_segment(toy_clause_t *clause, int at, bool final, uint32_t speed_percent)
{
    toy_segment_t *segment = &clause->segment[at];
    const toy_phone_t *phone = phone_at(clause, at);
    if (phone->manner == TOY_MANNER_SILENCE) {
        segment->ms = (uint16_t)((uint32_t)segment->ms * 100u / speed_percent);
        return;
    }
    bool vowel = phone->manner == TOY_MANNER_VOWEL;
    uint32_t percent = vowel ? vowel_percent(clause, at, final) : consonant_percent(clause, at, final);
    percent = percent * 100u / speed_percent;
    int32_t spread = (int32_t)phone->usual_ms - (int32_t)phone->least_ms;
    int32_t least = (int32_t)phone->least_ms * (int32_t)(percent < 100u ? 50u + percent / 2u : 100u) / 100;
    int32_t ms = least + spread * (int32_t)percent / 100;
    segment->release_ms = 0;
    if (is_stop(phone)) {
        uint32_t release_ms = release(clause, at) * 100u / speed_percent;
        int32_t most = (int32_t)(release_ms < 100u ? release_ms : 100u);
        ms = ms * 75 / 100 + most / (phone->manner == TOY_MANNER_AFFRICATE ? 2 : 1);
        uint32_t room_ms = (uint32_t)ms * 3u / 4u;
        release_ms = release_ms * phone->opening.length_percent / 100u;
        segment->release_ms = (uint16_t)(release_ms < room_ms ? release_ms : room_ms);
    }
    segment->ms = (uint16_t)(ms < 25 ? 25 : ms);
}

/* A sung vowel takes what its neighbours leave of the note. */
static void hold_notes(toy_clause_t *clause)
{
    for (int at = 0; at < (int)clause->count; ++at) {
        toy_segment_t *segment = &clause->segment[at];
        if (segment->note_hz == 0u) {
            continue;
        }
        uint32_t others = 0;
        for (int next = at + 1; is_consonant(phone_at(clause, next)); ++next) {
            others += clause->segment[next].ms;
        }
        segment->ms = (uint16_t)(segment->note_ms > others + 60u ? segment->note_ms - others : 60u);
    }
}

static void add_point(toy_clause_t *clause, uint32_t at_ms, uint32_t hz)
{
    if (clause->points > 0u && at_ms < clause->point[clause->points - 1u].at_ms) {
        at_ms = clause->point[clause->points - 1u].at_ms;
    }
    if (clause->points < TOY_CLAUSE_POINTS && at_ms < UINT16_MAX) {
        clause->point[clause->points++] = (toy_pitch_point_t){(uint16_t)at_ms, (uint16_t)hz};
    }
}

static uint32_t moved(const toy_style_t *style, int32_t percent)
{
    int32_t share = 100 + percent * (int32_t)style->lively_percent / 100;
    return (uint32_t)((int32_t)style->pitch_hz * (share > 40 ? share : 40) / 100);
}

static void melody(toy_clause_t *clause, const toy_style_t *style)
{
    uint32_t total = 0, at_ms = 0;
    int final = last_vowel(clause);
    for (int at = 0; at < (int)clause->count; ++at) {
        total += clause->segment[at].ms;
    }
    clause->points = 0;
    add_point(clause, 0, moved(style, 8));
    for (int at = 0; at < (int)clause->count; ++at) {
        const toy_segment_t *segment = &clause->segment[at];
        int32_t line = 10 - (int32_t)(20u * at_ms / (total + 1u)); /* the breath runs out: +10% .. -10% */
        if (segment->note_hz != 0u) {
            add_point(clause, at_ms > 30u ? at_ms - 30u : 0u, segment->note_hz);
            add_point(clause, at_ms + segment->ms, segment->note_hz);
        } else if (at == final) {
            int32_t top = segment->stress == TOY_STRESS_MAIN ? line + 14 : line;
            int32_t end = clause->ending == '?' ? 45 : clause->ending == ',' ? 6 : -26;
            add_point(clause, at_ms, moved(style, line));
            add_point(clause, at_ms + segment->ms / 3u, moved(style, clause->ending == '?' ? line - 4 : top));
            add_point(clause, at_ms + segment->ms, moved(style, end));
        } else if (segment->stress == TOY_STRESS_MAIN) {
            int32_t rise = clause->ending == '!' ? 24 : 16;
            add_point(clause, at_ms > 40u ? at_ms - 40u : 0u, moved(style, line - 2));
            add_point(clause, at_ms + segment->ms / 2u, moved(style, line + rise));
            add_point(clause, at_ms + segment->ms + 60u, moved(style, line - 2));
        }
        at_ms += segment->ms;
    }
}

/* "Water", "ready": between two vowels of a word, the second one weak, t and d are one tap of the tongue. */
static bool is_tap(const toy_clause_t *clause, int at)
{
    const toy_segment_t *segment = &clause->segment[at];
    const toy_phone_t *before = phone_at(clause, at - 1), *next = phone_at(clause, at + 1);
    bool tongue = segment->phone == TOY_PHONE_T || segment->phone == TOY_PHONE_D;
    bool open = before->manner == TOY_MANNER_VOWEL || before == &toy_phones[TOY_PHONE_R];
    return tongue && open && next->manner == TOY_MANNER_VOWEL && !segment->word_end &&
           clause->segment[at + 1].stress == TOY_STRESS_NONE && !clause->segment[at - 1].word_end;
}

static void tap(toy_segment_t *segment)
{
    segment->phone = TOY_PHONE_D;
    segment->ms = TAP_MS;
    segment->release_ms = 5;
}

void toy_prosody(toy_clause_t *clause, const toy_style_t *style)
{
    int final = last_vowel(clause);
    for (int at = 0; at < (int)clause->count; ++at) {
        time_segment(clause, at, final >= 0 && at >= final, style->speed_percent);
        if (is_tap(clause, at)) {
            tap(&clause->segment[at]);
        }
    }
    hold_notes(clause);
    melody(clause, style);
}
