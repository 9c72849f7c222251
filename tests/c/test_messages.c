#include "link/messages.h"
#include "link/utf8.h"
#include "toy_test.h"

static void a_message_goes_and_comes(void)
{
    toy_message_t message = {.type = TOY_MESSAGE_END_OF_SPEECH};
    message.end_of_speech = (toy_message_end_of_speech_t){
        .turn = 7, .reason = TOY_END_REASON_PAW, .frames = 100, .voiced_end = 32000, .words_count = 2};
    message.end_of_speech.words[0] = (toy_message_heard_word_t){.word = toy_text("yes", 15), .confidence = 90};
    message.end_of_speech.words[1] = (toy_message_heard_word_t){.word = toy_text("no", 15), .confidence = 9};
    static const uint8_t expected[] = {0x86, 0x03, 0x07, 0x02, 0x18, 0x64, 0x19, 0x7D, 0x00, 0x82, 0x82, 0x63,
                                       'y',  'e',  's',  0x18, 0x5A, 0x82, 0x62, 'n',  'o',  0x09};
    uint8_t bytes[TOY_MESSAGE_MAX_BYTES];
    size_t count = 0;
    TOY_CHECK_INT(toy_message_encode(&message, bytes, sizeof bytes, &count), TOY_OK);
    TOY_CHECK_INT(count, sizeof expected);
    TOY_CHECK_BYTES(bytes, expected, sizeof expected);
    toy_message_t back;
    TOY_CHECK_INT(toy_message_decode(bytes, count, &back), TOY_OK);
    TOY_CHECK_INT(back.type, TOY_MESSAGE_END_OF_SPEECH);
    TOY_CHECK_INT(back.end_of_speech.voiced_end, 32000);
    TOY_CHECK_INT(back.end_of_speech.words_count, 2);
    TOY_CHECK_INT(back.end_of_speech.words[1].confidence, 9);
    TOY_CHECK_BYTES(back.end_of_speech.words[0].word.bytes, "yes", 3);
    TOY_CHECK_INT(toy_message_encode(&message, bytes, sizeof expected - 1u, &count), TOY_ERR_MEMORY);
}

static toy_status_t decode(const uint8_t *bytes, size_t count)
{
    toy_message_t message;
    return toy_message_decode(bytes, count, &message);
}

static void only_the_shortest_form_is_read(void)
{
    TOY_CHECK_INT(decode((const uint8_t[]){0x82, 0x0D, 0xF5}, 3), TOY_OK);
    TOY_CHECK_INT(decode((const uint8_t[]){0x82, 0x0D, 0xF5, 0x00}, 4), TOY_ERR_FORMAT);       /* a byte too many */
    TOY_CHECK_INT(decode((const uint8_t[]){0x82, 0x0D}, 2), TOY_ERR_FORMAT);                   /* too few */
    TOY_CHECK_INT(decode((const uint8_t[]){0x82, 0x18, 0x0D, 0xF5}, 4), TOY_ERR_FORMAT);       /* 13 in two bytes */
    TOY_CHECK_INT(decode((const uint8_t[]){0x98, 0x02, 0x0D, 0xF5}, 4), TOY_ERR_FORMAT);       /* length in two bytes */
    TOY_CHECK_INT(decode((const uint8_t[]){0x9F, 0x0D, 0xF5, 0xFF}, 4), TOY_ERR_FORMAT);       /* no length at all */
    TOY_CHECK_INT(decode((const uint8_t[]){0x82, 0x0D, 0xF6}, 3), TOY_ERR_FORMAT);             /* null */
    TOY_CHECK_INT(decode((const uint8_t[]){0x82, 0x0D, 0x01}, 3), TOY_ERR_FORMAT);             /* 1 is not true */
    TOY_CHECK_INT(decode((const uint8_t[]){0x83, 0x0D, 0xF5, 0xF5}, 4), TOY_ERR_FORMAT);       /* a member too many */
    TOY_CHECK_INT(decode((const uint8_t[]){0x82, 0x0E, 0x18, 0x65}, 4), TOY_ERR_FORMAT);       /* 101 percent */
    TOY_CHECK_INT(decode((const uint8_t[]){0x82, 0x18, 0x63, 0x00}, 4), TOY_ERR_FORMAT);       /* message 99 */
    TOY_CHECK_INT(decode((const uint8_t[]){0xC1, 0x82, 0x0D, 0xF5}, 4), TOY_ERR_FORMAT);       /* a tag */
    TOY_CHECK_INT(decode((const uint8_t[]){0x82, 0x0E, 0x20}, 3), TOY_ERR_FORMAT);             /* -1 percent */
    TOY_CHECK_INT(decode((const uint8_t[]){0}, 0), TOY_ERR_FORMAT);
}

static void texts_are_utf8_within_their_limit(void)
{
    toy_message_t message = {.type = TOY_MESSAGE_ERROR};
    uint8_t bytes[TOY_MESSAGE_MAX_BYTES];
    size_t count = 0;
    char text[66];
    memset(text, 'a', sizeof text);
    message.error.text = (toy_text_t){.bytes = text, .count = 64};
    TOY_CHECK_INT(toy_message_encode(&message, bytes, sizeof bytes, &count), TOY_OK);
    message.error.text.count = 65;
    TOY_CHECK_INT(toy_message_encode(&message, bytes, sizeof bytes, &count), TOY_ERR_ARG);
    message.error.text = (toy_text_t){.bytes = "\xFF", .count = 1};
    TOY_CHECK_INT(toy_message_encode(&message, bytes, sizeof bytes, &count), TOY_ERR_ARG);
    TOY_CHECK_INT(decode((const uint8_t[]){0x84, 0x10, 0x00, 0x00, 0x61, 0xFF}, 6), TOY_ERR_FORMAT);
    TOY_CHECK_INT(decode((const uint8_t[]){0x84, 0x10, 0x00, 0x00, 0x61, 'a'}, 6), TOY_OK);
    TOY_CHECK_INT(decode((const uint8_t[]){0x84, 0x10, 0x00, 0x00, 0x60}, 5), TOY_OK);
    message.type = (toy_message_type_t)99;
    TOY_CHECK_INT(toy_message_encode(&message, bytes, sizeof bytes, &count), TOY_ERR_ARG);
    message = (toy_message_t){.type = TOY_MESSAGE_EMOTION, .emotion = {.feeling = 7}};
    TOY_CHECK_INT(toy_message_encode(&message, bytes, sizeof bytes, &count), TOY_ERR_ARG);
    message = (toy_message_t){.type = TOY_MESSAGE_END_OF_SPEECH, .end_of_speech = {.words_count = 9}};
    TOY_CHECK_INT(toy_message_encode(&message, bytes, sizeof bytes, &count), TOY_ERR_ARG);
}

static int valid(const char *text) { return toy_utf8_is_valid((const uint8_t *)text, strlen(text)); }

static void utf8_by_the_book(void)
{
    TOY_CHECK(valid("") && valid("a\x7F") && valid("\xC2\x80\xDF\xBF") && valid("\xE0\xA0\x80\xEF\xBF\xBF"));
    TOY_CHECK(valid("\xED\x9F\xBF\xEE\x80\x80") && valid("\xF0\x90\x80\x80\xF4\x8F\xBF\xBF"));
    TOY_CHECK(!valid("\x80") && !valid("\xC0\x80") && !valid("\xC1\xBF") && !valid("\xC2"));
    TOY_CHECK(!valid("\xE0\x9F\xBF") && !valid("\xED\xA0\x80") && !valid("\xE2\x82"));
    TOY_CHECK(!valid("\xF0\x8F\xBF\xBF") && !valid("\xF4\x90\x80\x80") && !valid("\xF5\x80\x80\x80"));
}

static void texts_are_cut_between_characters(void)
{
    char buffer[6];
    TOY_CHECK_INT(toy_text("abc", 64).count, 3);
    TOY_CHECK_INT(toy_text("a\xE2\x82\xAC", 4).count, 4);
    TOY_CHECK_INT(toy_text("a\xE2\x82\xAC", 3).count, 1);
    toy_text_copy(toy_text("abc\xE2\x82\xAC", 64), buffer, sizeof buffer);
    TOY_CHECK(strcmp(buffer, "abc") == 0);
    toy_text_copy(toy_text("abcde", 64), buffer, sizeof buffer);
    TOY_CHECK(strcmp(buffer, "abcde") == 0);
}

int main(void)
{
    TOY_RUN(a_message_goes_and_comes);
    TOY_RUN(only_the_shortest_form_is_read);
    TOY_RUN(texts_are_utf8_within_their_limit);
    TOY_RUN(utf8_by_the_book);
    TOY_RUN(texts_are_cut_between_characters);
    TOY_DONE();
}
