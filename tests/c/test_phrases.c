#include "app/phrases.h"
#include "app/speech.h"
#include "base/crc32.h"
#include "fake_phrases.h"
#include "link/bytes.h"
#include "toy_test.h"

static uint8_t blob[FAKE_PHRASES_BYTES];
static size_t count;
static toy_phrases_t phrases;

static void fresh(void)
{
    count = fake_phrases_make(blob);
    TOY_CHECK_INT(toy_phrases_open(&phrases, blob, count, 5), TOY_OK);
}

static void opens_and_reads_a_bank(void)
{
    toy_phrase_t phrase;
    fresh();
    TOY_CHECK_INT(phrases.count, 10 + FAKE_PHRASES_EACH);
    TOY_CHECK_INT(toy_phrases_get(&phrases, 3, &phrase), TOY_OK);
    TOY_CHECK_INT(phrase.tag, TOY_PHRASE_DIGIT);
    TOY_CHECK_INT(phrase.text_bytes, 4);
    TOY_CHECK_BYTES(phrase.text, "p003", 4);
    TOY_CHECK_INT(phrase.adpcm_bytes, FAKE_PHRASE_SAMPLES / 2);
    TOY_CHECK_INT(toy_phrases_get(&phrases, 31, &phrase), TOY_ERR_EMPTY);
}

static void every_changed_byte_and_every_cut_is_refused(void)
{
    fresh();
    for (size_t at = 0; at < count; ++at) {
        blob[at] ^= 0x10u;
        TOY_CHECK(toy_phrases_open(&phrases, blob, count, 5) != TOY_OK);
        TOY_CHECK(phrases.blob == NULL);
        blob[at] ^= 0x10u;
    }
    for (size_t cut = 0; cut < count; ++cut) {
        TOY_CHECK(toy_phrases_open(&phrases, blob, cut, 5) != TOY_OK);
    }
    TOY_CHECK_INT(toy_phrases_open(&phrases, NULL, 0, 5), TOY_ERR_MODEL);
}

static void sign(void) { toy_put_u32(blob + 12, toy_crc32(toy_crc32(0, blob, 12), blob + 16, count - 16u)); }

static void a_bank_that_points_outside_itself_is_refused_even_when_signed(void)
{
    static const struct {
        unsigned offset;
        uint32_t value;
    } WRONG[] = {{0, UINT32_MAX}, {4, UINT32_MAX}, {4, FAKE_PHRASES_BYTES}, {8, UINT32_MAX}};
    for (unsigned i = 0; i < sizeof WRONG / sizeof WRONG[0]; ++i) {
        fresh();
        toy_put_u32(blob + 16 + 16 * 12 + WRONG[i].offset, WRONG[i].value);
        sign();
        TOY_CHECK_INT(toy_phrases_open(&phrases, blob, count, 5), TOY_ERR_MODEL);
    }
    fresh();
    blob[16 + 16 * 12 + 13] = TOY_PHRASE_TAGS;
    sign();
    TOY_CHECK_INT(toy_phrases_open(&phrases, blob, count, 5), TOY_ERR_MODEL);
    fresh();
    blob[16 + 16 * 3 + 13] = TOY_PHRASE_EXCUSE; /* a digit that is none */
    sign();
    TOY_CHECK_INT(toy_phrases_open(&phrases, blob, count, 5), TOY_ERR_MODEL);
}

static void tells_all_of_a_kind_before_it_repeats_one_and_never_one_twice_running(void)
{
    uint32_t index, last = UINT32_MAX;
    fresh();
    for (unsigned round = 0; round < 20; ++round) {
        uint32_t told = 0;
        for (unsigned i = 0; i < FAKE_PHRASES_EACH; ++i) {
            TOY_CHECK_INT(toy_phrases_choose(&phrases, TOY_PHRASE_EXCUSE, &index), TOY_OK);
            TOY_CHECK(index != last);
            TOY_CHECK((told >> index & 1u) == 0u);
            told |= 1u << index;
            last = index;
        }
    }
}

static void without_a_bank_there_is_nothing_to_choose(void)
{
    uint32_t index;
    TOY_CHECK_INT(toy_phrases_open(&phrases, NULL, 0, 5), TOY_ERR_MODEL);
    TOY_CHECK_INT(toy_phrases_choose(&phrases, TOY_PHRASE_EXCUSE, &index), TOY_ERR_EMPTY);
}

static unsigned spoken_frames(toy_speech_t *speech)
{
    int16_t samples[TOY_FRAME_SAMPLES];
    unsigned frames = 0;
    while (toy_speech_next(speech, samples)) {
        ++frames;
    }
    return frames;
}

static void says_digits_with_a_breath_between(void)
{
    toy_speech_t speech;
    fresh();
    toy_speech_init(&speech, &phrases);
    TOY_CHECK_INT(toy_phrases_say_digits(&speech, "407", 3), TOY_OK);
    TOY_CHECK_INT(speech.waiting[1], 0);
    TOY_CHECK_INT(speech.waiting[2], 7);
    unsigned samples = 3u * FAKE_PHRASE_SAMPLES + 2u * TOY_SPEECH_BREATH_SAMPLES;
    TOY_CHECK_INT(spoken_frames(&speech), (samples + TOY_FRAME_SAMPLES - 1u) / TOY_FRAME_SAMPLES);
}

static void what_cannot_be_said_is_said_so(void)
{
    toy_speech_t speech;
    fresh();
    toy_speech_init(&speech, &phrases);
    TOY_CHECK_INT(toy_phrases_say_digits(&speech, "4x", 2), TOY_ERR_ARG);
    TOY_CHECK_INT(toy_phrases_say_digits(&speech, "01234567890123456", 17), TOY_ERR_FULL);
    TOY_CHECK_INT(toy_speech_say(&speech, 500), TOY_ERR_EMPTY);
    TOY_CHECK_INT(spoken_frames(&speech), 0);
}

int main(void)
{
    TOY_RUN(opens_and_reads_a_bank);
    TOY_RUN(every_changed_byte_and_every_cut_is_refused);
    TOY_RUN(a_bank_that_points_outside_itself_is_refused_even_when_signed);
    TOY_RUN(tells_all_of_a_kind_before_it_repeats_one_and_never_one_twice_running);
    TOY_RUN(without_a_bank_there_is_nothing_to_choose);
    TOY_RUN(says_digits_with_a_breath_between);
    TOY_RUN(what_cannot_be_said_is_said_so);
    TOY_DONE();
}
