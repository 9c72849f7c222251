/* The network against the NumPy reference, and blobs that are not what they say. */
#include "toy_test.h"
#include "wake/wake.h"
#include "../golden/wake.h"
#include "wake_sound.h"

static uint64_t memory[4096];
static toy_net_t net;

static toy_status_t open_net(const void *blob, size_t size_bytes)
{
    toy_arena_t arena;
    toy_arena_init(&arena, memory, sizeof memory);
    return toy_net_init(&net, blob, size_bytes, &arena);
}

/* The hash of all scores that the open net gives on the test sound. */
static uint32_t scores_hash(void)
{
    static toy_features_t features;
    static toy_features_scratch_t scratch;
    wake_sound_t sound = {12345, 0};
    uint32_t hash = 2166136261u;
    toy_features_init(&features);
    for (uint32_t n = 0; n < GOLDEN_WAKE_SAMPLES / TOY_FEATURES_HOP_SAMPLES; ++n) {
        int16_t hop[TOY_FEATURES_HOP_SAMPLES];
        uint8_t bands[TOY_FEATURES_BANDS];
        for (uint32_t i = 0; i < TOY_FEATURES_HOP_SAMPLES; ++i) {
            hop[i] = wake_sound_next(&sound);
        }
        toy_features_hop(&features, &scratch, hop, bands);
        if (toy_net_hop(&net, bands)) {
            hash = wake_sound_hash(hash, net.scores, sizeof(uint16_t) * net.head->outputs);
        }
    }
    return hash;
}

static void scores_equal_the_reference(void)
{
    TOY_CHECK_INT(open_net(golden_wake_tiny, sizeof golden_wake_tiny), TOY_OK);
    TOY_CHECK_INT(scores_hash(), GOLDEN_WAKE_TINY_HASH);
    TOY_CHECK_INT(open_net(toy_wake_phrase_model, toy_wake_phrase_model_bytes), TOY_OK);
    TOY_CHECK_INT(scores_hash(), GOLDEN_WAKE_HEY_TEDDY_HASH);
    TOY_CHECK_INT(open_net(toy_wake_commands_model, toy_wake_commands_model_bytes), TOY_OK);
    TOY_CHECK_INT(scores_hash(), GOLDEN_WAKE_COMMANDS_HASH);
}

static void reset_forgets_the_sound(void)
{
    TOY_CHECK_INT(open_net(golden_wake_tiny, sizeof golden_wake_tiny), TOY_OK);
    uint32_t once = scores_hash();
    toy_net_reset(&net);
    TOY_CHECK_INT(scores_hash(), once);
}

static void a_damaged_blob_is_refused(void)
{
    static uint32_t copy[sizeof golden_wake_tiny / 4];
    for (size_t at = 0; at < sizeof copy; ++at) {
        memcpy(copy, golden_wake_tiny, sizeof copy);
        ((uint8_t *)copy)[at] ^= 0x40u;
        TOY_CHECK_INT(open_net(copy, sizeof copy), TOY_ERR_MODEL);
    }
    for (size_t size = 0; size < sizeof copy; ++size) {
        TOY_CHECK_INT(open_net(golden_wake_tiny, size), TOY_ERR_MODEL);
    }
    TOY_CHECK_INT(open_net(NULL, 0), TOY_ERR_MODEL);
}

static void a_small_arena_is_an_error(void)
{
    toy_arena_t arena;
    toy_arena_init(&arena, memory, 64);
    TOY_CHECK_INT(toy_net_init(&net, golden_wake_tiny, sizeof golden_wake_tiny, &arena), TOY_ERR_MEMORY);
}

static void weights_fit_their_budget(void) { TOY_CHECK(toy_wake_phrase_model_bytes + toy_wake_commands_model_bytes <= 200 * 1024); }

int main(void)
{
    TOY_RUN(scores_equal_the_reference);
    TOY_RUN(reset_forgets_the_sound);
    TOY_RUN(a_damaged_blob_is_refused);
    TOY_RUN(a_small_arena_is_an_error);
    TOY_RUN(weights_fit_their_budget);
    TOY_DONE();
}
