/* say_main.c - the toy's voice as a program on the Cortex-M33: a file of text to a file of sound.
 * In      plush_say TEXT_FILE SOUND_FILE [--pitch HZ] [--speed PERCENT] [--lively PERCENT] [--size PERCENT]
 * Out     s16le mono 16 kHz; on the console one line: frames, instructions, those until the first sound, bytes of RAM
 * Memory  TOY_VOICE_ARENA_BYTES and a text of TEXT_BYTES
 * Errors  exit 2 and one line on the console */
#include <stdio.h>
#include <stdlib.h>

#include "qemu_an505/instructions.h"
#include "qemu_an505/semihosting.h"
#include "qemu_an505/stack.h"
#include "say_options.h"

#define TEXT_BYTES 65536u

static char text[TEXT_BYTES];
static uint8_t block[TOY_VOICE_ARENA_BYTES];
static toy_voice_t voice;

static int fail(const char *what)
{
    printf("plush_say: %s\n", what);
    return 2;
}

static bool read_text(const char *path)
{
    int file = semihosting_open(path, SEMIHOSTING_READ);
    int count = file < 0 ? -1 : semihosting_read(file, text, sizeof text - 1u);
    return count >= 0 && (size_t)count < sizeof text - 1u;
}

static int speak(int file, size_t arena_bytes)
{
    int16_t pcm[TOY_VOICE_SAMPLES];
    uint64_t spent = 0, first = 0;
    unsigned frames = 0;
    qemu_stack_paint();
    uint64_t before = qemu_instructions();
    toy_status_t status = toy_voice_begin(&voice, text);
    for (;;) {
        status = status == TOY_OK ? toy_voice_next(&voice, pcm) : status;
        spent += qemu_instructions() - before;
        if (status != TOY_OK) {
            break;
        }
        first = frames++ == 0u ? spent : first;
        if (semihosting_write(file, pcm, sizeof pcm) != 0) {
            return fail("cannot write");
        }
        before = qemu_instructions();
    }
    size_t ram_bytes = sizeof voice + arena_bytes + qemu_stack_used_bytes();
    printf("frames=%u instructions=%u first=%u ram=%u\n", frames, (unsigned)spent, (unsigned)first,
           (unsigned)ram_bytes);
    return status == TOY_ERR_EMPTY ? semihosting_close(file) : fail("cannot speak this");
}

int main(int count, char **words)
{
    toy_voice_config_t config = toy_voice_plush;
    toy_arena_t arena;
    if (count < 3 || !read_text(words[1])) {
        return fail("the text is missing or longer than 64 KB");
    }
    for (int at = 3; at < count; at += 2) {
        unsigned long number = at + 1 < count ? strtoul(words[at + 1], NULL, 10) : SAY_NUMBER_MOST + 1u;
        if (number > SAY_NUMBER_MOST || !say_option(&config, words[at], number)) {
            return fail("unknown option");
        }
    }
    toy_arena_init(&arena, block, sizeof block);
    if (toy_voice_init(&voice, &config, &arena) != TOY_OK) {
        return fail("a setting is out of range");
    }
    int file = semihosting_open(words[2], SEMIHOSTING_WRITE);
    return file < 0 ? fail("cannot write") : speak(file, arena.used_bytes);
}
