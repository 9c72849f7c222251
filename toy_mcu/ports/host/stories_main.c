/* stories_main.c - the toy's stories as a program on the host: as the toy makes them up, checks them and would speak them.
 * In      plush_stories MODEL COUNT SEED [PACE]; MODEL in the format of models/FORMAT.md. With PACE they are also spoken, in the
 *         toy's own time: a token every PACE frames of 20 ms (1: 50 tokens a second; 6: 8)
 * Out     one story a line on stdout; the last line: `refused N sentences, N of N stories ended by themselves, N words`,
 *         and with PACE `, longest gap N ms`
 * Errors  exit 2 and one line on stderr */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/alone/content_blob.h"
#include "app/alone/mouth.h"
#include "app/alone/rounds.h"
#include "app/alone/teller.h"
#include "app/alone/template.h"
#include "port_host.h"
#include "story_file.h"

static toy_content_t content;
static toy_rounds_t rounds;
static toy_teller_t teller;
static toy_port_t port;
static toy_mouth_t mouth;
static bool aloud;
static unsigned long words, longest_gap_ms;

static int fail(const char *what)
{
    fprintf(stderr, "plush_stories: %s\n", what);
    return 2;
}

static const char *line_of(toy_lines_t kind)
{
    return toy_content_line(&content, toy_rounds_choose(&rounds, kind, NULL));
}

static toy_status_t start(const host_story_t *model, uint8_t pace_frames)
{
    const toy_teller_config_t config = {.model = model->bytes,
                                        .model_bytes = model->count,
                                        .llama = {.window = 256u, .batch = 4u, .cores = 1u},
                                        .pace_frames = pace_frames};
    toy_arena_t arena;
    toy_arena_measure(&arena);
    static toy_story_t measured;
    TOY_TRY(toy_story_init(&measured, config.model, config.model_bytes, &config.llama, &port, &arena));
    size_t bytes = arena.used_bytes + sizeof(toy_story_t) + TOY_VOICE_ARENA_BYTES + 64u;
    toy_arena_init(&arena, calloc(1, bytes), bytes);
    TOY_TRY(toy_mouth_init(&mouth, &arena));
    return toy_teller_init(&teller, &config, &content, &port, &arena);
}

static void print_words(const char *text, char end)
{
    printf("%s%c", text, end);
    for (const char *at = text; *at != '\0'; ++at) {
        words += *at != ' ' && (at[1] == ' ' || at[1] == '\0');
    }
}

/* Waits for the sentence that is being spoken to end, while the model goes on: what the toy does in 20 ms, over and over. */
static void speak(const char *text)
{
    int16_t samples[TOY_FRAME_SAMPLES];
    toy_mouth_say(&mouth, text, TOY_MOOD_PLAIN);
    while (aloud && toy_mouth_next(&mouth, samples)) {
        toy_teller_step(&teller);
    }
}

static void tell_on(char text[TOY_TELLER_SENTENCE_BYTES])
{
    unsigned long gap_ms = 0;
    while (!toy_teller_is_over(&teller)) {
        if (toy_teller_take(&teller, text)) {
            longest_gap_ms = gap_ms > longest_gap_ms ? gap_ms : longest_gap_ms;
            gap_ms = 0;
            print_words(text, ' ');
            speak(text);
        } else {
            toy_teller_step(&teller);
            gap_ms += TOY_FRAME_MS;
        }
    }
}

static bool tell(void)
{
    char text[TOY_TELLER_SENTENCE_BYTES + 64u];
    const toy_slots_t slots = {{[TOY_SLOT_HERO] = line_of(TOY_LINES_HERO), [TOY_SLOT_PLACE] = line_of(TOY_LINES_PLACE)}};
    toy_template_fill(line_of(TOY_LINES_STORY_PROMPT), &slots, text, sizeof text);
    toy_teller_begin(&teller, text, toy_rounds_draw(&rounds, UINT32_MAX));
    char before[TOY_TELLER_SENTENCE_BYTES];
    toy_template_fill(line_of(TOY_LINES_STORY_BEGIN), &slots, before, sizeof before);
    speak(before);
    print_words(text, ' ');
    speak(text);
    tell_on(text);
    bool well = toy_teller_ended_well(&teller);
    if (!well) {
        toy_template_fill(line_of(TOY_LINES_STORY_CLOSE), &slots, text, sizeof text);
        print_words(text, ' ');
    }
    printf("\n");
    return well;
}

int main(int argc, char **argv)
{
    host_story_t model;
    if (argc != 4 && argc != 5) {
        return fail("MODEL COUNT SEED [PACE]");
    }
    if (!host_story_open(&model, argv[1])) {
        return 2;
    }
    aloud = argc == 5;
    uint8_t pace_frames = (uint8_t)(aloud ? strtoul(argv[4], NULL, 10) : 0u);
    if (toy_content_open(&content, toy_content_blob, (size_t)(toy_content_blob_end - toy_content_blob)) != TOY_OK ||
        start(&model, pace_frames) != TOY_OK) {
        return fail("the content or the model is damaged");
    }
    unsigned long count = strtoul(argv[2], NULL, 10), well = 0;
    toy_rounds_init(&rounds, &content, (uint32_t)strtoul(argv[3], NULL, 10));
    for (unsigned long i = 0; i < count; ++i) {
        well += tell();
    }
    printf("refused %u sentences, %lu of %lu stories ended by themselves, %lu words", (unsigned)teller.refused, well, count,
           words);
    if (aloud) {
        printf(", longest gap %lu ms", longest_gap_ms);
    }
    printf("\n");
    host_story_close(&model);
    return 0;
}
