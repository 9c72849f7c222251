/* wake_tool - the toy's spotter as a program, so that training and every figure use the compiled code.
 * In      argv: features | trace | events | cancelled, then --phrase FILE, --commands FILE, --no-vad, --hear MASK, --tail-ms N;
 *         stdin: records of sound, each u32 count and int16[count] at 16 kHz; events with --speaker: each sample of the
 *         microphone followed by what the speaker was given, and the canceller before the networks, as in secure/ear.c
 * Out     features: u32 hops, uint8[hops][40]       trace: u32 steps, uint16[steps][2 + outputs]
 *         cancelled: u32 count, int16[count]: the microphone behind the canceller, whole frames; takes sound as --speaker
 *         events: lines `wake RECORD SCORE SAMPLE`, `command RECORD INDEX SCORE SAMPLE`, and at a record's end
 *         `best RECORD OUTPUT SCORE SAMPLE` for every output (the phrase is output 100, speech of
 *         any kind, one less the least silence, is 99) and `end RECORD SAMPLES VOICED_FRAMES`
 * Errors  one line on stderr, status 2 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audio/echo.h"
#include "audio/vad.h"
#include "wake/wake.h"

#define ARENA_BYTES 65536
#define FRAME TOY_WAKE_FRAME_SAMPLES
#define HOP TOY_FEATURES_HOP_SAMPLES

typedef struct {
    const char *phrase_path, *commands_path;
    bool vad, speaker;
    uint32_t hear, tail_samples;
} options_t;

typedef struct {
    void *bytes;
    size_t size;
} blob_t;

static void fail(const char *what)
{
    fprintf(stderr, "wake_tool: %s\n", what);
    exit(2);
}

static blob_t read_blob(const char *path, const void *shipped, size_t shipped_bytes)
{
    blob_t blob = {NULL, shipped_bytes};
    if (path == NULL) {
        blob.bytes = malloc(shipped_bytes + 1);
        memcpy(blob.bytes, shipped, shipped_bytes);
        return blob;
    }
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fail("cannot open a model");
    }
    blob.bytes = malloc(1 << 20);
    blob.size = fread(blob.bytes, 1, 1 << 20, file);
    (void)fclose(file);
    return blob;
}

/* Up to `want` samples of the record, then `tail` of silence. Out: false when both are used up. */
static bool next_sound(uint32_t *left, uint32_t *tail, int16_t *sound, uint32_t want)
{
    memset(sound, 0, sizeof(int16_t) * want);
    uint32_t real = *left < want ? *left : want;
    if (real > 0 && fread(sound, sizeof(int16_t), real, stdin) != real) {
        fail("sound ends within a record");
    }
    *left -= real;
    uint32_t rest = want - real;
    if (rest > *tail) {
        bool some = real > 0;
        *tail = 0;
        return some;
    }
    *tail -= rest;
    return true;
}

static void put_word(uint32_t word) { (void)fwrite(&word, sizeof word, 1, stdout); }

static void features_of(uint32_t count, uint32_t tail)
{
    toy_features_t features;
    static toy_features_scratch_t scratch;
    toy_features_init(&features);
    put_word((count + tail) / HOP);
    for (uint32_t hop = (count + tail) / HOP; hop > 0; --hop) {
        int16_t sound[HOP];
        uint8_t bands[TOY_FEATURES_BANDS];
        (void)next_sound(&count, &tail, sound, HOP);
        toy_features_hop(&features, &scratch, sound, bands);
        (void)fwrite(bands, 1, sizeof bands, stdout);
    }
    int16_t rest[HOP];
    if (count > 0 && fread(rest, sizeof(int16_t), count, stdin) != count) {
        fail("sound ends within a record");
    }
}

static void start(toy_wake_t *wake, const toy_wake_config_t *config)
{
    static uint64_t memory[ARENA_BYTES / 8];
    toy_arena_t arena;
    toy_arena_init(&arena, memory, sizeof memory);
    if (toy_wake_init(wake, config, &arena) != TOY_OK) {
        fail("a model is not usable");
    }
}

static void trace_of(toy_wake_t *wake, uint32_t count, uint32_t tail)
{
    put_word((count + tail) / HOP / 4);
    for (uint32_t hop = (count + tail) / HOP / 4 * 4; hop > 0; --hop) {
        int16_t sound[HOP];
        uint8_t bands[TOY_FEATURES_BANDS];
        (void)next_sound(&count, &tail, sound, HOP);
        toy_features_hop(&wake->features, wake->scratch, sound, bands);
        if (toy_net_hop(&wake->phrase, bands)) {
            (void)fwrite(wake->phrase.scores, 2, wake->phrase.head->outputs, stdout);
        }
        if (wake->has_commands && toy_net_hop(&wake->commands, bands)) {
            (void)fwrite(wake->commands.scores, 2, wake->commands.head->outputs, stdout);
        }
    }
    while (count > 0) {
        int16_t rest[HOP];
        (void)next_sound(&count, &tail, rest, HOP);
    }
}

/* 32767 less the smoothed silence, once the gate has enough steps to smooth; its ring fills place 0 last. */
static uint16_t speech_now(const toy_gate_t *gate)
{
    uint32_t filled = 0;
    for (uint32_t o = 0; o < gate->head->outputs; ++o) {
        filled += gate->recent[0][o];
    }
    return (uint16_t)(filled > 0 ? TOY_NET_ONE - gate->smooth[0] : 0);
}

typedef struct {
    uint16_t score[TOY_NET_OUTPUTS_MAX + 1], speech;
    uint32_t at[TOY_NET_OUTPUTS_MAX + 1], speech_at, outputs;
} best_t;

static void note_best(best_t *best, const toy_wake_t *wake, uint32_t sample)
{
    uint16_t now = best->outputs > 0 ? speech_now(&wake->commands_gate) : 0;
    if (now > best->speech) {
        best->speech = now;
        best->speech_at = sample;
    }
    for (uint32_t o = 0; o <= best->outputs; ++o) {
        uint16_t score = o == best->outputs ? wake->phrase_gate.smooth[1] : wake->commands_gate.smooth[o];
        if (score > best->score[o]) {
            best->score[o] = score;
            best->at[o] = sample;
        }
    }
}

static void tell_best(const best_t *best, uint32_t record)
{
    for (uint32_t o = 0; o <= best->outputs; ++o) {
        printf("best %u %u %u %u\n", record, o == best->outputs ? 100 : o, best->score[o], best->at[o]);
    }
    printf("best %u 99 %u %u\n", record, best->speech, best->speech_at);
}

/* One frame of the microphone, without the toy's own voice where that is given too. */
static bool next_frame(const options_t *options, toy_echo_t *echo, uint32_t *left, uint32_t *tail, int16_t *sound)
{
    int16_t both[2 * FRAME], speaker[FRAME];
    if (!options->speaker) {
        return next_sound(left, tail, sound, FRAME);
    }
    bool more = next_sound(left, tail, both, 2 * FRAME);
    for (uint32_t i = 0; i < FRAME; ++i) {
        sound[i] = both[2 * i];
        speaker[i] = both[2 * i + 1];
    }
    (void)toy_echo_frame(echo, speaker, sound);
    return more;
}

/* What the networks would hear while the toy speaks. */
static void cancelled_of(const options_t *options, uint32_t count)
{
    static toy_echo_t echo;
    uint32_t tail = 0;
    int16_t sound[FRAME];
    toy_echo_init(&echo);
    put_word(count / 2 / FRAME * FRAME);
    for (uint32_t frame = count / 2 / FRAME; frame > 0; --frame) {
        (void)next_frame(options, &echo, &count, &tail, sound);
        (void)fwrite(sound, sizeof(int16_t), FRAME, stdout);
    }
    while (count > 0) {
        (void)next_sound(&count, &tail, sound, FRAME);
    }
}

static void events_of(toy_wake_t *wake, const options_t *options, uint32_t record, uint32_t count)
{
    best_t best = {.outputs = wake->has_commands ? wake->commands.head->outputs : 0};
    uint32_t channels = options->speaker ? 2 : 1;
    uint32_t tail = channels * options->tail_samples, sample = 0, total = count / channels, voiced_frames = 0;
    static toy_echo_t echo;
    toy_vad_t vad;
    toy_echo_init(&echo);
    toy_vad_init(&vad, TOY_VAD_SILENCE_MS);
    int16_t sound[FRAME];
    for (; next_frame(options, &echo, &count, &tail, sound); sample += FRAME) {
        toy_wake_result_t result;
        if (options->vad) {
            (void)toy_vad_frame(&vad, sound, sample);
        }
        bool voiced = !options->vad || vad.voiced;
        voiced_frames += voiced;
        toy_wake_step(wake, sound, sample, voiced, options->hear, &result);
        bool own = options->speaker && !toy_echo_somebody_else(&echo);
        if (result.woken && !own) {
            printf("wake %u %u %u\n", record, result.wake_score, result.decided_sample);
        }
        if (result.command != TOY_INTENT_NONE && !own) {
            printf("command %u %d %u %u\n", record, result.command, result.command_score, result.decided_sample);
        }
        note_best(&best, wake, sample + FRAME);
    }
    tell_best(&best, record);
    printf("end %u %u %u\n", record, total, voiced_frames);
}

int main(int argc, char **argv)
{
    options_t options = {NULL, NULL, true, false, TOY_HEAR_PHRASE | TOY_HEAR_COMMANDS, 16 * 800};
    if (argc < 2) {
        fail("features, trace, events or cancelled?");
    }
    for (int i = 2; i < argc; ++i) {
        if (strcmp(argv[i], "--no-vad") == 0) {
            options.vad = false;
        } else if (strcmp(argv[i], "--speaker") == 0) {
            options.speaker = true;
        } else if (i + 1 == argc) {
            fail("an option lacks its value");
        } else if (strcmp(argv[i], "--phrase") == 0) {
            options.phrase_path = argv[++i];
        } else if (strcmp(argv[i], "--commands") == 0) {
            options.commands_path = argv[++i];
        } else if (strcmp(argv[i], "--hear") == 0) {
            options.hear = (uint32_t)strtoul(argv[++i], NULL, 0);
        } else if (strcmp(argv[i], "--tail-ms") == 0) {
            options.tail_samples = 16u * (uint32_t)strtoul(argv[++i], NULL, 0);
        } else {
            fail("unknown option");
        }
    }
    bool only_features = strcmp(argv[1], "features") == 0, trace = strcmp(argv[1], "trace") == 0;
    bool only_cancelled = strcmp(argv[1], "cancelled") == 0;
    options.speaker = options.speaker || only_cancelled;
    blob_t phrase = read_blob(options.phrase_path, toy_wake_phrase_model, toy_wake_phrase_model_bytes);
    bool none = options.commands_path != NULL && strcmp(options.commands_path, "none") == 0;
    blob_t commands = read_blob(none ? NULL : options.commands_path, toy_wake_commands_model, toy_wake_commands_model_bytes);
    toy_wake_config_t config = {phrase.bytes, phrase.size, commands.bytes, commands.size};
    if (none) {
        config.commands_blob = NULL;
    }
    uint32_t count;
    for (uint32_t record = 0; fread(&count, sizeof count, 1, stdin) == 1; ++record) {
        static toy_wake_t wake;
        if (only_features) {
            features_of(count, options.tail_samples);
            continue;
        }
        if (only_cancelled) {
            cancelled_of(&options, count);
            continue;
        }
        start(&wake, &config);
        if (trace) {
            trace_of(&wake, count, options.tail_samples);
        } else {
            events_of(&wake, &options, record, count);
        }
    }
    free(phrase.bytes);
    free(commands.bytes);
    return 0;
}
