/* Reading a text: words, numbers, pauses, notes. */
#include "toy_test.h"
#include "voice/song.h"
#include "voice/words.h"

/* The whole text as words, pauses as themselves, notes after @. */
static const char *read_all(const char *text)
{
    static char all[512];
    toy_words_t words;
    toy_token_t token;
    size_t used = 0;
    toy_words_begin(&words, text);
    for (toy_words_next(&words, &token); token.kind != TOY_TOKEN_END; toy_words_next(&words, &token)) {
        if (token.kind == TOY_TOKEN_PAUSE) {
            all[used++] = token.mark;
        } else {
            all[used++] = ' ';
            memcpy(all + used, token.text, token.letters);
            used += token.letters;
        }
    }
    all[used] = '\0';
    return all;
}

static void words_and_pauses(void)
{
    TOY_CHECK(strcmp(read_all("Hello, my friend!"), " hello, my friend!") == 0);
    TOY_CHECK(strcmp(read_all("Don\xE2\x80\x99t 'quote' it's"), " don't quote it's") == 0);
    TOY_CHECK(strcmp(read_all("Mr. Bear and Mrs. Fox."), " mr bear and mrs fox.") == 0);
    TOY_CHECK(strcmp(read_all(""), "") == 0);
}

static void numbers_become_words(void)
{
    TOY_CHECK(strcmp(read_all("7 bears"), " seven bears") == 0);
    TOY_CHECK(strcmp(read_all("1,234"), " one thousand two hundred and thirty four") == 0);
    TOY_CHECK(strcmp(read_all("the 21st and 3rd"), " the twenty first and third") == 0);
    TOY_CHECK(strcmp(read_all("20th"), " twentieth") == 0);
    TOY_CHECK(strcmp(read_all("3.5"), " three point five") == 0);
    TOY_CHECK(strcmp(read_all("at 7:30."), " at seven thirty.") == 0);
    TOY_CHECK(strcmp(read_all("0"), " zero") == 0);
}

static void odd_bytes_do_no_harm(void)
{
    char text[300];
    uint32_t chance = 1;
    for (int round = 0; round < 200; ++round) {
        for (size_t at = 0; at + 1u < sizeof text; ++at) {
            chance = chance * 1664525u + 1013904223u;
            text[at] = (char)(1u + (chance >> 24) % 255u);
        }
        text[sizeof text - 1u] = '\0';
        toy_words_t words;
        toy_token_t token;
        int tokens = 0;
        toy_words_begin(&words, text);
        do {
            toy_words_next(&words, &token);
        } while (token.kind != TOY_TOKEN_END && ++tokens < 5000);
        TOY_CHECK(tokens < 5000);
    }
}

static void notes_are_read(void)
{
    const char *text = "C4,a4:1.5,F#5:2,x";
    uint16_t ms = 0;
    TOY_CHECK_INT(toy_song_note(&text, 400, &ms), 261);
    TOY_CHECK_INT(ms, 400);
    TOY_CHECK_INT(toy_song_note(&text, 400, &ms), 440);
    TOY_CHECK_INT(ms, 600);
    TOY_CHECK_INT(toy_song_note(&text, 400, &ms), 740);
    TOY_CHECK_INT(toy_song_note(&text, 400, &ms), 0);
}

int main(void)
{
    TOY_RUN(words_and_pauses);
    TOY_RUN(numbers_become_words);
    TOY_RUN(odd_bytes_do_no_harm);
    TOY_RUN(notes_are_read);
    TOY_DONE();
}
