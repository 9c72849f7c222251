/* say_main.c - the toy's voice as a program on the host.
 * In      plush_say [--pitch HZ] [--speed PERCENT] [--lively PERCENT] [--size PERCENT] [--] TEXT;
 *         or --phones: words on stdin
 * Out     s16le mono 16 kHz on stdout; with --phones one line a word: the word, then CMUdict's phonemes
 * Errors  exit 2 and one line on stderr */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "say_options.h"
#include "voice/voice.h"

static const char *const phone_names[TOY_PHONES] = {
    "-", "AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER", "EY", "IH", "IY", "OW", "OY",
    "UH", "UW", "B", "CH", "D", "DH", "F", "G", "HH", "JH", "K", "L", "M", "N",
    "NG", "P", "R", "S", "SH", "T", "TH", "V", "W", "Y", "Z", "ZH", "AH"};

static int fail(const char *what)
{
    fprintf(stderr, "plush_say: %s\n", what);
    return 2;
}

static int print_phones(const toy_voice_t *voice)
{
    char line[256];
    while (fgets(line, sizeof line, stdin) != NULL) {
        toy_words_t words;
        toy_token_t token;
        toy_spoken_t spoken;
        line[strcspn(line, "\n")] = '\0';
        printf("%s", line);
        toy_words_begin(&words, line);
        for (toy_words_next(&words, &token); token.kind != TOY_TOKEN_END; toy_words_next(&words, &token)) {
            if (token.kind == TOY_TOKEN_WORD && toy_pronounce(&voice->lexicon, &token, &spoken) != TOY_OK) {
                return fail("the lexicon is damaged");
            }
            for (size_t at = 0; token.kind == TOY_TOKEN_WORD && at < spoken.count; ++at) {
                printf(" %s", phone_names[spoken.phone[at]]);
            }
        }
        printf("\n");
    }
    return 0;
}

static int speak(toy_voice_t *voice, const char *text)
{
    int16_t pcm[TOY_VOICE_SAMPLES];
    toy_status_t status = toy_voice_begin(voice, text);
    while (status == TOY_OK && (status = toy_voice_next(voice, pcm)) == TOY_OK) {
        if (fwrite(pcm, sizeof pcm, 1, stdout) != 1) {
            return fail("cannot write");
        }
    }
    return status == TOY_ERR_EMPTY ? 0 : fail("cannot speak this");
}

int main(int argc, char **argv)
{
    static uint8_t block[TOY_VOICE_ARENA_BYTES];
    static toy_voice_t voice;
    toy_voice_config_t config = toy_voice_plush;
    toy_arena_t arena;
    const char *text = NULL;
    bool phones = false;
    for (int at = 1; at < argc; ++at) {
        unsigned long number = at + 1 < argc ? strtoul(argv[at + 1], NULL, 10) : 0;
        if (strcmp(argv[at], "--") == 0) {
            text = at + 1 < argc ? argv[at + 1] : NULL; /* even one that begins with -- */
            break;
        } else if (strcmp(argv[at], "--phones") == 0) {
            phones = true;
        } else if (strncmp(argv[at], "--", 2) != 0) {
            text = argv[at];
        } else if (number > SAY_NUMBER_MOST) {
            return fail("a number is too large");
        } else {
            if (!say_option(&config, argv[at], number)) {
                return fail("unknown option");
            }
            ++at;
        }
    }
    toy_arena_init(&arena, block, sizeof block);
    if (toy_voice_init(&voice, &config, &arena) != TOY_OK) {
        return fail("a setting is out of range");
    }
    return phones ? print_phones(&voice) : text != NULL ? speak(&voice, text) : fail("no text");
}
