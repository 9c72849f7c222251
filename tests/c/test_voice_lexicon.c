/* The flash table: opens, is refused when damaged, and finds words. */
#include "toy_test.h"
#include "voice/lexicon.h"
#include "voice/phones.h"
#include "voice/pronounce.h"

static toy_lexicon_t lexicon;

static void opens(void)
{
    const uint8_t *table = (const uint8_t *)toy_voice_lexicon;
    TOY_CHECK_INT(toy_lexicon_open(&lexicon, table, toy_voice_lexicon_bytes), TOY_OK);
    TOY_CHECK(toy_voice_lexicon_bytes < 300000u);
}

static void refuses_a_short_table(void)
{
    toy_lexicon_t other;
    const uint8_t *table = (const uint8_t *)toy_voice_lexicon;
    TOY_CHECK_INT(toy_lexicon_open(&other, table, toy_voice_lexicon_bytes - 4u), TOY_ERR_MODEL);
    TOY_CHECK_INT(toy_lexicon_open(&other, table, 10), TOY_ERR_MODEL);
    TOY_CHECK_INT(toy_lexicon_open(&other, table + 4, toy_voice_lexicon_bytes - 4u), TOY_ERR_MODEL);
}

static int says(const char *text, const uint8_t *expected, size_t count)
{
    toy_words_t words;
    toy_token_t token;
    toy_spoken_t spoken;
    toy_words_begin(&words, text);
    toy_words_next(&words, &token);
    return toy_pronounce(&lexicon, &token, &spoken) == TOY_OK && spoken.count == count &&
           memcmp(spoken.phone, expected, count) == 0;
}

static void words_are_pronounced(void)
{
    const uint8_t bear[] = {TOY_PHONE_B, TOY_PHONE_EH, TOY_PHONE_R};
    const uint8_t said[] = {TOY_PHONE_S, TOY_PHONE_EH, TOY_PHONE_D};
    const uint8_t cats[] = {TOY_PHONE_K, TOY_PHONE_AE, TOY_PHONE_T, TOY_PHONE_S};
    const uint8_t foxs[] = {TOY_PHONE_F, TOY_PHONE_AA, TOY_PHONE_K, TOY_PHONE_S, TOY_PHONE_IH, TOY_PHONE_Z};
    const uint8_t tv[] = {TOY_PHONE_T, TOY_PHONE_IY, TOY_PHONE_V, TOY_PHONE_IY};
    TOY_CHECK(says("bear", bear, sizeof bear));
    TOY_CHECK(says("Said", said, sizeof said));
    TOY_CHECK(says("cat's", cats, sizeof cats));
    TOY_CHECK(says("fox's", foxs, sizeof foxs));
    TOY_CHECK(says("TV", tv, sizeof tv));
}

static void every_string_has_a_pronunciation(void)
{
    uint32_t chance = 7;
    for (int round = 0; round < 2000; ++round) {
        toy_token_t token = {.kind = TOY_TOKEN_WORD};
        toy_spoken_t spoken;
        chance = chance * 1664525u + 1013904223u;
        token.letters = 1u + (chance >> 24) % TOY_WORD_LETTERS;
        for (size_t at = 0; at < token.letters; ++at) {
            chance = chance * 1664525u + 1013904223u;
            uint32_t letter = (chance >> 24) % 27u;
            token.text[at] = (char)(letter == 26u ? '\'' : 'a' + (char)letter);
        }
        toy_status_t status = toy_pronounce(&lexicon, &token, &spoken);
        TOY_CHECK(status == TOY_OK || status == TOY_ERR_MEMORY);
        TOY_CHECK(status != TOY_OK || spoken.count <= TOY_WORD_PHONES);
    }
}

int main(void)
{
    TOY_RUN(opens);
    TOY_RUN(refuses_a_short_table);
    TOY_RUN(words_are_pronounced);
    TOY_RUN(every_string_has_a_pronunciation);
    TOY_DONE();
}
