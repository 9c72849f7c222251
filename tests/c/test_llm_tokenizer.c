/* Text to ids and back on the small model's vocabulary; broken UTF-8 and full buffers. */
#include "llm/tokenizer.h"

#include "llm_small_model.h"
#include "toy_test.h"

static toy_model_t model;
static toy_tokenizer_t tokenizer;

static void open_it(void)
{
    TOY_CHECK_INT(toy_model_open(&model, small_model, sizeof small_model), TOY_OK);
    TOY_CHECK_INT(toy_tokenizer_open(&tokenizer, &model), TOY_OK);
}

static void text_becomes_the_tokens_of_the_specification(void)
{
    uint16_t tokens[64];
    uint32_t count = 64;
    TOY_CHECK_INT(toy_tokenizer_encode(&tokenizer, SMALL_TEXT, strlen(SMALL_TEXT), tokens, &count), TOY_OK);
    TOY_CHECK_INT(count, sizeof small_tokens / 2u);
    TOY_CHECK_BYTES(tokens, small_tokens, sizeof small_tokens);
}

static void any_bytes_come_back(void)
{
    uint8_t text[200], back[220];
    for (uint32_t i = 0; i < sizeof text; ++i) {
        text[i] = (uint8_t)(i * 37u + i / 7u); /* mostly not UTF-8 */
    }
    text[0] = 'x';
    uint16_t tokens[202];
    uint32_t count = 202, length = 0;
    TOY_CHECK_INT(toy_tokenizer_encode(&tokenizer, (const char *)text, sizeof text, tokens, &count), TOY_OK);
    for (uint32_t i = 1; i < count; ++i) {
        const uint8_t *piece = NULL;
        uint8_t scratch;
        uint32_t size = toy_tokenizer_text(&tokenizer, tokens[i - 1u], tokens[i], &piece, &scratch);
        TOY_CHECK(length + size <= sizeof back);
        memcpy(back + length, piece, size);
        length += size;
    }
    TOY_CHECK_INT(length, sizeof text);
    TOY_CHECK_BYTES(back, text, sizeof text);
}

static void a_small_buffer_is_an_error(void)
{
    uint16_t tokens[8];
    uint32_t count = 6;
    TOY_CHECK_INT(toy_tokenizer_encode(&tokenizer, "hello", 5, tokens, &count), TOY_ERR_MEMORY);
    count = 7;
    TOY_CHECK_INT(toy_tokenizer_encode(&tokenizer, "hello", 5, tokens, &count), TOY_OK);
    TOY_CHECK_INT(count, 2); /* BEGIN and " hello" */
    count = 7;
    TOY_CHECK_INT(toy_tokenizer_encode(&tokenizer, "", 0, tokens, &count), TOY_OK);
    TOY_CHECK_INT(count, 1);
}

static void a_token_outside_the_vocabulary_has_no_text(void)
{
    const uint8_t *text = NULL;
    uint8_t scratch;
    TOY_CHECK_INT(toy_tokenizer_text(&tokenizer, 5, (uint16_t)model.vocab, &text, &scratch), 0);
}

int main(void)
{
    TOY_RUN(open_it);
    TOY_RUN(text_becomes_the_tokens_of_the_specification);
    TOY_RUN(any_bytes_come_back);
    TOY_RUN(a_small_buffer_is_an_error);
    TOY_RUN(a_token_outside_the_vocabulary_has_no_text);
    TOY_DONE();
}
