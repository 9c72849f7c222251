/* The voice as a whole: it speaks, sings, ends, stays below its limit, the same samples on every machine. */
#include "toy_test.h"
#include "base/crc32.h"
#include "voice/voice.h"
#ifdef TOY_ON_QEMU
#include "qemu_an505/instructions.h"
#endif

#define SENTENCE "Once upon a time, there was a little bear who loved 7 red apples. Did he share them?"
#define SENTENCE_CRC 0xb173adbeu
#define MOST_INSTRUCTIONS_A_SECOND 25000000u
#define LOUDEST_RMS 8230 /* -12 dBFS over 120 ms */

static uint8_t block[TOY_VOICE_ARENA_BYTES];
static toy_voice_t voice;

typedef struct {
    uint32_t frames, crc, loudest_square;
    int peak;
} heard_t;

static heard_t hear(const toy_voice_config_t *config, const char *text, uint32_t most_frames)
{
    heard_t heard = {0};
    toy_arena_t arena;
    int16_t pcm[TOY_VOICE_SAMPLES];
    uint32_t squares[6] = {0};
    toy_arena_init(&arena, block, sizeof block);
    TOY_CHECK_INT(toy_voice_init(&voice, config, &arena), TOY_OK);
    TOY_CHECK_INT(toy_voice_begin(&voice, text), TOY_OK);
    while (heard.frames < most_frames && toy_voice_next(&voice, pcm) == TOY_OK) {
        uint64_t energy = 0;
        for (size_t at = 0; at < TOY_VOICE_SAMPLES; ++at) {
            int size = pcm[at] < 0 ? -pcm[at] : pcm[at];
            heard.peak = size > heard.peak ? size : heard.peak;
            energy += (uint64_t)((int64_t)pcm[at] * pcm[at]);
        }
        squares[heard.frames % 6u] = (uint32_t)(energy / TOY_VOICE_SAMPLES / 6u);
        uint32_t mean = 0;
        for (size_t at = 0; at < 6u; ++at) {
            mean += squares[at];
        }
        heard.loudest_square = mean > heard.loudest_square ? mean : heard.loudest_square;
        heard.crc = toy_crc32(heard.crc, pcm, sizeof pcm);
        ++heard.frames;
    }
    return heard;
}

static void speaks_a_sentence(void)
{
    heard_t heard = hear(NULL, SENTENCE, 2000);
    TOY_CHECK(heard.frames > 200u && heard.frames < 500u); /* 4 to 10 s */
    TOY_CHECK(heard.peak > 5000);
    printf("peak %d, crc 0x%08xu\n", heard.peak, (unsigned)heard.crc);
    TOY_CHECK_INT(heard.crc, SENTENCE_CRC); /* the same here and on the Cortex-M33 */
}

static void stays_below_the_limit(void)
{
    toy_voice_config_t loud = toy_voice_plush;
    loud.style.pitch_hz = 300;
    const toy_voice_config_t *configs[2] = {NULL, &loud};
    for (int at = 0; at < 2; ++at) {
        heard_t heard = hear(configs[at], "Wow! She sees the sea! Ow, awe, ah, shush, choo choo!", 2000);
        printf("loudest mean square %u, peak %d\n", (unsigned)heard.loudest_square, heard.peak);
        TOY_CHECK(heard.peak <= TOY_VOICE_PEAK);
        TOY_CHECK(heard.loudest_square <= LOUDEST_RMS * LOUDEST_RMS);
    }
}

static void sings_in_time(void)
{
    heard_t heard = hear(NULL, "twinkle@C4,C4 twinkle@G4,G4 little@A4,A4 star@G4:2", 2000);
    uint32_t ms = heard.frames * 20u; /* eight beats of 420 ms, and the breath */
    TOY_CHECK(ms > 3200u && ms < 4400u);
}

static void speed_and_pitch_can_be_set(void)
{
    toy_voice_config_t fast = toy_voice_plush, wrong = toy_voice_plush;
    toy_arena_t arena;
    fast.style.speed_percent = 150;
    wrong.style.pitch_hz = 20;
    TOY_CHECK(hear(&fast, SENTENCE, 2000).frames * 10u < hear(NULL, SENTENCE, 2000).frames * 8u);
    toy_arena_init(&arena, block, sizeof block);
    TOY_CHECK_INT(toy_voice_init(&voice, &wrong, &arena), TOY_ERR_ARG);
    toy_arena_init(&arena, block, 100);
    TOY_CHECK_INT(toy_voice_init(&voice, NULL, &arena), TOY_ERR_MEMORY);
}

static void nothing_to_say_is_silence(void)
{
    TOY_CHECK_INT(hear(NULL, "", 10).frames, 0);
    TOY_CHECK_INT(hear(NULL, " ... !?", 10).frames, 0);
}

static void fits_its_room(void)
{
    TOY_CHECK(sizeof(toy_voice_t) + sizeof(toy_clause_t) < 16384u);
    printf("state %u, arena %u bytes\n", (unsigned)sizeof(toy_voice_t), (unsigned)sizeof(toy_clause_t));
#ifdef TOY_ON_QEMU
    uint32_t before = (uint32_t)qemu_instructions();
    heard_t heard = hear(NULL, SENTENCE, 2000);
    uint32_t spent = (uint32_t)qemu_instructions() - before;
    uint32_t a_second = (uint32_t)((uint64_t)spent * 50u / heard.frames);
    printf("instructions a second of speech: %u\n", (unsigned)a_second);
    TOY_CHECK(a_second <= MOST_INSTRUCTIONS_A_SECOND);
#endif
}

int main(void)
{
    TOY_RUN(speaks_a_sentence);
    TOY_RUN(stays_below_the_limit);
    TOY_RUN(sings_in_time);
    TOY_RUN(speed_and_pitch_can_be_set);
    TOY_RUN(nothing_to_say_is_silence);
    TOY_RUN(fits_its_room);
    TOY_DONE();
}
