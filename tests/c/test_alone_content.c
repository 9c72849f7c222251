/* The content blob: as built it opens; damaged in any byte, cut or made absurd it is refused. */
#include "app/alone/content.h"
#include "app/alone/content_blob.h"
#include "app/alone/rounds.h"
#include "base/crc32.h"
#include "link/bytes.h"
#include "toy_test.h"

static uint8_t copy[65536];
static size_t count;
static toy_content_t content;

static void take_copy(void)
{
    count = (size_t)(toy_content_blob_end - toy_content_blob);
    TOY_CHECK(count <= sizeof copy);
    memcpy(copy, toy_content_blob, count);
}

static void seal(void) { toy_put_u32(copy + 12, toy_crc32(toy_crc32(0, copy, 12), copy + 16, count - 16u)); }

static void the_built_one_opens(void)
{
    take_copy();
    TOY_CHECK_INT(toy_content_open(&content, copy, count), TOY_OK);
    for (uint32_t kind = 0; kind < TOY_LINES_KINDS; ++kind) {
        TOY_CHECK(toy_content_count(&content, (toy_lines_t)kind) > 0u);
        TOY_CHECK(toy_content_line(&content, toy_content_first(&content, (toy_lines_t)kind))[0] != '\0');
    }
    TOY_CHECK(toy_content_line(&content, 60000)[0] == '\0');
}

static void a_changed_byte_is_refused(void)
{
    take_copy();
    for (size_t at = 0; at < count; at += at < 1000u ? 1u : 97u) {
        copy[at] ^= 0x10u;
        TOY_CHECK(toy_content_open(&content, copy, count) != TOY_OK);
        TOY_CHECK(content.blob == NULL); /* and nothing of it is used */
        copy[at] ^= 0x10u;
    }
}

static void a_cut_one_is_refused(void)
{
    take_copy();
    TOY_CHECK(toy_content_open(&content, NULL, 0) != TOY_OK);
    for (size_t less = 1; less < count; less += 501u) {
        TOY_CHECK(toy_content_open(&content, copy, count - less) != TOY_OK);
    }
}

/* Sealed again after the change, so that only the check of its insides can find it. */
static void offsets_and_lists_must_stay_inside(void)
{
    static const struct {
        uint32_t at, value;
    } ABSURD[] = {{16, 0xFFFF}, {18, 0xFFFF}, {20, 0x0FFFFFFF}, {24, 0xFFFF0000u}, {24u + 4u * TOY_LINES_KINDS, 0xFFFFFFFFu}};
    for (unsigned i = 0; i < sizeof ABSURD / sizeof ABSURD[0]; ++i) {
        take_copy();
        if (ABSURD[i].at < 20u) {
            toy_put_u16(copy + ABSURD[i].at, (uint16_t)ABSURD[i].value);
        } else {
            toy_put_u32(copy + ABSURD[i].at, ABSURD[i].value);
        }
        seal();
        TOY_CHECK_INT(toy_content_open(&content, copy, count), TOY_ERR_MODEL);
    }
    take_copy();
    copy[count - 1u] = 'x'; /* the last text has no end */
    seal();
    TOY_CHECK_INT(toy_content_open(&content, copy, count), TOY_ERR_MODEL);
}

static void each_line_comes_once_before_any_comes_again(void)
{
    static toy_rounds_t rounds;
    bool again = false;
    take_copy();
    TOY_CHECK_INT(toy_content_open(&content, copy, count), TOY_OK);
    toy_rounds_init(&rounds, &content, 4711);
    const uint32_t first = toy_content_first(&content, TOY_LINES_JOKE), jokes = toy_content_count(&content, TOY_LINES_JOKE);
    for (unsigned round = 0; round < 3u; ++round) {
        uint64_t seen = 0;
        for (uint32_t i = 0; i < jokes; ++i) {
            uint32_t line = toy_rounds_choose(&rounds, TOY_LINES_JOKE, &again) - first;
            TOY_CHECK(line < jokes && (seen >> line & 1u) == 0u);
            TOY_CHECK(again == (round > 0u && i == 0u));
            seen |= UINT64_C(1) << line;
        }
    }
}

int main(void)
{
    TOY_RUN(the_built_one_opens);
    TOY_RUN(a_changed_byte_is_refused);
    TOY_RUN(a_cut_one_is_refused);
    TOY_RUN(offsets_and_lists_must_stay_inside);
    TOY_RUN(each_line_comes_once_before_any_comes_again);
    TOY_DONE();
}
