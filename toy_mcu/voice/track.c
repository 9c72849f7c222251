#include "voice/track.h"

#include <string.h>

#define NASAL_ZERO_HZ 450.0f
#define ORAL_ZERO_HZ 270.0f /* cancels the nasal pole */
#define NASAL_REACH_MS 50.0f
#define FRICTION 1.7f       /* level of noise_db 60 against a vowel */
#define BURST 1.2f           /* the same at the opening of a stop */

static const float level_10db[7] = {0.001f, 0.003162f, 0.01f, 0.03162f, 0.1f, 0.3162f, 1.0f};
static const float level_db[10] = {1.0f,   1.122f, 1.259f, 1.413f, 1.585f,
                                   1.778f, 1.995f, 2.239f, 2.512f, 2.818f};

static float level(uint8_t db) { return db == 0u ? 0.0f : level_10db[db / 10u] * level_db[db % 10u]; }

void toy_track_begin(toy_track_t *track, const toy_clause_t *clause)
{
    memset(track, 0, sizeof *track);
    track->clause = clause;
    track->pitch_hz = clause->points > 0u ? (float)clause->point[0].hz : 150.0f;
}

/* The segment `away` places from `at`; h has no mouth of its own and takes the next one's. */
static const toy_phone_t *shape(const toy_clause_t *clause, int at, float *end)
{
    *end = 0.0f;
    if (at < 0 || at >= (int)clause->count) {
        return &toy_phones[TOY_PHONE_SILENCE];
    }
    const toy_phone_t *phone = &toy_phones[clause->segment[at].phone];
    if (phone->manner == TOY_MANNER_BREATH && at + 1 < (int)clause->count) {
        return &toy_phones[clause->segment[at + 1].phone];
    }
    return phone;
}

static float start_hz(const toy_phone_t *phone, unsigned k) { return (float)phone->formant_hz[k]; }
static float end_hz(const toy_phone_t *phone, unsigned k) { return (float)phone->end_hz[k]; }

/* Where formant k is at the border of two phonemes: the less yielding one decides, the other pulls. */
static float border_hz(const toy_phone_t *left, const toy_phone_t *right, unsigned k)
{
    float before = end_hz(left, k), after = start_hz(right, k);
    if (left->manner == TOY_MANNER_SILENCE) {
        return after;
    }
    if (right->manner == TOY_MANNER_SILENCE) {
        return before;
    }
    bool left_rules = left->pull_percent < right->pull_percent ||
                      (left->pull_percent == right->pull_percent && left->manner > right->manner);
    if (left->manner == TOY_MANNER_VOWEL || right->manner == TOY_MANNER_VOWEL) {
        left_rules = left->manner != TOY_MANNER_VOWEL;
        if (left->manner == right->manner) {
            return 0.5f * (before + after);
        }
    }
    const toy_phone_t *ruler = left_rules ? left : right;
    float own = left_rules ? before : after, other = left_rules ? after : before;
    float pull = k == 0u ? 0.4f : 0.01f * (float)ruler->pull_percent;
    return own + pull * (other - own);
}

static float reach_ms(const toy_phone_t *self, const toy_phone_t *neighbour, float ms)
{
    bool open = self->manner == TOY_MANNER_VOWEL || self->manner == TOY_MANNER_GLIDE;
    float reach = open ? (float)neighbour->reach_ms : 25.0f;
    float most = 0.6f * ms;
    return reach < most ? reach : most;
}

static float clamp_1(float x) { return x < 0.0f ? 0.0f : x > 1.0f ? 1.0f : x; }

/* Formants at t of segment `at`; t < 0 while the stop before it is being released. */
static void formants(const toy_clause_t *clause, int at, float t, toy_klatt_frame_t *frame)
{
    float unused;
    const toy_phone_t *self = shape(clause, at, &unused);
    const toy_phone_t *left = shape(clause, at - 1, &unused), *right = shape(clause, at + 1, &unused);
    const toy_segment_t *segment = &clause->segment[at];
    float ms = (float)segment->ms - (float)segment->release_ms;
    float lead = at > 0 ? (float)clause->segment[at - 1].release_ms : 0.0f;
    float since = t + lead, until = ms - t;
    float glide = clamp_1((t / (float)segment->ms - 0.25f) * (1.0f / 0.55f));
    float from_left = clamp_1(1.0f - since / (reach_ms(self, left, ms) + 0.5f * lead + 0.1f));
    float to_right = clamp_1(1.0f - until / (reach_ms(self, right, ms) + 0.1f));
    for (unsigned k = 0; k < 3u; ++k) {
        float own = start_hz(self, k) + glide * (end_hz(self, k) - start_hz(self, k));
        float hz = own + from_left * (border_hz(left, self, k) - start_hz(self, k)) +
                   to_right * (border_hz(self, right, k) - end_hz(self, k));
        frame->formant_hz[k] = hz;
        frame->width_hz[k] = 10.0f * (float)self->width_10hz[k];
    }
    float nose = self->manner == TOY_MANNER_NASAL ? 1.0f : 0.0f;
    if (self->manner == TOY_MANNER_VOWEL || self->manner == TOY_MANNER_GLIDE) {
        float before = left->manner == TOY_MANNER_NASAL ? clamp_1(0.7f - t / NASAL_REACH_MS) : 0.0f;
        float after = right->manner == TOY_MANNER_NASAL ? clamp_1(0.7f - until / NASAL_REACH_MS) : 0.0f;
        nose = before > after ? before : after;
    }
    frame->formant_hz[3] = ORAL_ZERO_HZ + nose * (NASAL_ZERO_HZ - ORAL_ZERO_HZ);
}

static void noises(const toy_phone_t *phone, toy_klatt_frame_t *frame)
{
    for (unsigned at = 0; at < TOY_KLATT_NOISES; ++at) {
        frame->noise[at] = level(phone->noise_db[at]);
    }
}

/* Closed, then a burst, then a breath until the voice is there. */
static void stop(const toy_track_t *track, const toy_segment_t *segment, const toy_phone_t *phone,
                 toy_klatt_frame_t *frame)
{
    float closed_ms = (float)(segment->ms - segment->release_ms), t = (float)track->into_ms;
    if (t < closed_ms) {
        frame->frication = 0.0f;
        frame->voicing = 0.01f * (float)phone->voice_percent;
        frame->tilt = 0.01f * (float)phone->opening.tilt_percent;
        return;
    }
    if (segment->release_ms == 0u) {
        return;
    }
    formants(track->clause, track->segment + 1 < track->clause->count ? track->segment + 1 : track->segment,
             t - (float)segment->ms, frame);
    noises(phone, frame);
    if (phone->manner == TOY_MANNER_AFFRICATE) {
        frame->frication = FRICTION;
        frame->voicing = phone->voiced ? 0.15f : 0.0f;
        return;
    }
    frame->frication = t - closed_ms < (float)phone->opening.burst_ms ? BURST : 0.0f;
    frame->aspiration = 0.01f * (float)phone->opening.breath_percent;
    frame->voicing = 0.01f * (float)phone->opening.voice_percent;
    frame->width_hz[0] = phone->voiced ? 80.0f : 250.0f;
}

static void source(const toy_track_t *track, const toy_segment_t *segment, const toy_phone_t *phone,
                   toy_klatt_frame_t *frame)
{
    frame->tilt = 0.0f;
    frame->voicing = 0.01f * (float)phone->voice_percent;
    switch ((toy_manner_t)phone->manner) {
    case TOY_MANNER_VOWEL:
        frame->voicing *= segment->stress == TOY_STRESS_NONE ? 0.75f : 1.0f;
        break;
    case TOY_MANNER_GLIDE:
    case TOY_MANNER_NASAL:
    case TOY_MANNER_SILENCE:
        break;
    case TOY_MANNER_FRICATIVE:
        frame->tilt = phone->voiced ? 0.7f : 0.25f;
        frame->frication = FRICTION;
        noises(phone, frame);
        break;
    case TOY_MANNER_STOP:
    case TOY_MANNER_AFFRICATE:
        stop(track, segment, phone, frame);
        break;
    case TOY_MANNER_BREATH:
        frame->aspiration = 0.01f * (float)phone->opening.breath_percent;
        frame->width_hz[0] = 200.0f;
        break;
    }
}

static float toward(float now, float target, float most)
{
    float change = target - now;
    return now + (change > most ? most : change < -most ? -most : change);
}

static void melody(toy_track_t *track)
{
    const toy_clause_t *clause = track->clause;
    if (clause->points == 0u) {
        return;
    }
    while (track->point + 1u < clause->points && clause->point[track->point + 1u].at_ms <= track->at_ms) {
        ++track->point;
    }
    const toy_pitch_point_t *left = &clause->point[track->point];
    const toy_pitch_point_t *right = track->point + 1u < clause->points ? left + 1 : left;
    float span = (float)(right->at_ms - left->at_ms);
    float part = span > 0.0f ? clamp_1(((float)track->at_ms - (float)left->at_ms) / span) : 0.0f;
    float hz = (float)left->hz + part * ((float)right->hz - (float)left->hz);
    track->pitch_hz += 0.25f * (hz - track->pitch_hz);
}

bool toy_track_next(toy_track_t *track, toy_klatt_frame_t *frame)
{
    const toy_clause_t *clause = track->clause;
    while (track->segment < clause->count && track->into_ms >= clause->segment[track->segment].ms) {
        track->into_ms -= clause->segment[track->segment].ms;
        ++track->segment;
    }
    if (track->segment >= clause->count) {
        return false;
    }
    const toy_segment_t *segment = &clause->segment[track->segment];
    memset(frame, 0, sizeof *frame);
    formants(clause, track->segment, (float)track->into_ms, frame);
    source(track, segment, &toy_phones[segment->phone], frame);
    melody(track);
    frame->pitch_hz = track->pitch_hz;
    frame->voicing = track->voicing = toward(track->voicing, frame->voicing, 0.3f);
    frame->aspiration = track->aspiration = toward(track->aspiration, frame->aspiration, 0.05f);
    track->into_ms += TOY_TRACK_STEP_MS;
    track->at_ms += TOY_TRACK_STEP_MS;
    return true;
}
