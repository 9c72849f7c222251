/* A model file that is damaged in any way is refused with a status, and nothing beyond its end is read. */
#include "llm/tokenizer.h"

#include <stdlib.h>

#include "base/crc32.h"
#include "llm_small_model.h"
#include "toy_test.h"

static uint64_t copy[sizeof small_model / 8];
static uint8_t *bytes(void) { return (uint8_t *)copy; }

static void fresh(void) { memcpy(copy, small_model, sizeof small_model); }

static void seal(uint32_t size)
{
    uint32_t checksum = toy_crc32(0, bytes() + 16, size - 16u);
    memcpy(bytes() + 8, &size, 4);
    memcpy(bytes() + 12, &checksum, 4);
}

static toy_status_t open_copy(void)
{
    toy_model_t model;
    toy_tokenizer_t tokenizer;
    TOY_TRY(toy_model_open(&model, copy, sizeof copy));
    return toy_tokenizer_open(&tokenizer, &model);
}

static void the_whole_file_opens(void)
{
    toy_model_t model;
    TOY_CHECK_INT(toy_model_open(&model, small_model, sizeof small_model), TOY_OK);
    TOY_CHECK_INT(model.dim, 16);
    TOY_CHECK_INT(model.head_size, 4);
    TOY_CHECK_INT(model.vocab, 274);
    TOY_CHECK(model.embedding == model.classifier);
}

static void every_truncation_is_refused(void)
{
    toy_model_t model;
    for (uint32_t size = 0; size < sizeof small_model; size += size < 400u ? 1u : 97u) {
        uint64_t *cut = malloc(size + 8u); /* its own block, so that the sanitizer sees a read past the end */
        memcpy(cut, small_model, size);
        TOY_CHECK(toy_model_open(&model, cut, size) != TOY_OK);
        free(cut);
    }
}

static void every_flipped_bit_is_seen(void)
{
    for (uint32_t i = 0; i < sizeof small_model; i += 13) {
        fresh();
        bytes()[i] ^= (uint8_t)(1u << i % 8u);
        TOY_CHECK(open_copy() != TOY_OK);
    }
}

static void absurd_headers_with_good_checksums_are_refused(void)
{
    const uint32_t absurd[5] = {0, 3, 0x7FFFFFFFu, 0x80000000u, 0xFFFFFFFFu};
    for (uint32_t at = 16; at < 84u; at += 4) {
        if (at == 40u || at == 48u || at == 52u || at == 72u) {
            continue; /* context and epsilon have no wrong values in range; no map is a good answer */
        }
        for (uint32_t i = 0; i < 5u; ++i) {
            fresh();
            memcpy(bytes() + at, &absurd[i], 4);
            seal(sizeof copy);
            TOY_CHECK(open_copy() != TOY_OK);
        }
    }
}

static void absurd_tensors_with_good_checksums_are_refused(void)
{
    toy_model_t model;
    TOY_CHECK_INT(toy_model_open(&model, small_model, sizeof small_model), TOY_OK);
    const uint32_t table = (uint32_t)((const uint8_t *)model.tables - (const uint8_t *)small_model);
    for (uint32_t entry = 0; entry < 15u; ++entry) {
        for (uint32_t at = 0; at < 20u; at += at < 4u ? 1u : 4u) {
            fresh();
            bytes()[table + 20u * entry + at + (at < 4u ? 0u : 2u)] ^= 0xC7u;
            seal(sizeof copy);
            TOY_CHECK_INT(open_copy(), TOY_ERR_MODEL);
        }
    }
}

static void other_things_are_told_apart(void)
{
    toy_model_t model;
    TOY_CHECK_INT(toy_model_open(&model, NULL, 0), TOY_ERR_ARG);
    TOY_CHECK_INT(toy_model_open(&model, (const uint8_t *)small_model + 4, sizeof small_model - 4u), TOY_ERR_ARG);
    fresh();
    bytes()[4] = 2; /* a later version */
    TOY_CHECK_INT(open_copy(), TOY_ERR_MODEL);
    fresh();
    bytes()[sizeof small_model - 1u] ^= 1u;
    TOY_CHECK_INT(open_copy(), TOY_ERR_CHECKSUM);
}

int main(void)
{
    TOY_RUN(the_whole_file_opens);
    TOY_RUN(every_truncation_is_refused);
    TOY_RUN(every_flipped_bit_is_seen);
    TOY_RUN(absurd_headers_with_good_checksums_are_refused);
    TOY_RUN(absurd_tensors_with_good_checksums_are_refused);
    TOY_RUN(other_things_are_told_apart);
    TOY_DONE();
}
