/* The word check: base forms and their endings are found in any writing, and near misses are let through. */
#include "app/alone/content_blob.h"
#include "app/alone/unsafe.h"
#include "toy_test.h"

static toy_content_t content;

static void finds(const char *sentence, bool expected)
{
    if (toy_unsafe_find(&content, sentence) != expected) {
        printf("%s: %s\n", expected ? "let through" : "refused", sentence);
        TOY_CHECK(false);
    }
}

static void words_and_their_endings(void)
{
    static const char *const UNSAFE[] = {"He had a gun.", "GUNS!", "They were stabbing it.", "\"Killed,\" he said", "a killer",
                                         "so stupid", "hating", "hated", "hates", "bloody", "it is.dead", "dead"};
    for (unsigned i = 0; i < sizeof UNSAFE / sizeof UNSAFE[0]; ++i) {
        finds(UNSAFE[i], true);
    }
}

static void what_only_looks_like_one(void)
{
    static const char *const SAFE[] = {"Three hats on a shelf.", "Butter and better class.", "", "...", "A shooting star.",
                                       "He skilled up.", "The grapes", "Betty was the best", "war" "m and so" "ft",
                                       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
    for (unsigned i = 0; i < sizeof SAFE / sizeof SAFE[0]; ++i) {
        finds(SAFE[i], false);
    }
}

int main(void)
{
    TOY_CHECK_INT(toy_content_open(&content, toy_content_blob, (size_t)(toy_content_blob_end - toy_content_blob)), TOY_OK);
    TOY_RUN(words_and_their_endings);
    TOY_RUN(what_only_looks_like_one);
    TOY_DONE();
}
