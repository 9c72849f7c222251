/* The hum between question and answer, over the fake bank's one sound. */
#include "app/nod.h"
#include "fake_phrases.h"
#include "toy_test.h"

static uint8_t blob[FAKE_PHRASES_BYTES];
static toy_phrases_t phrases;
static toy_nod_t nod;

static bool sounds_at(uint32_t now_ms)
{
    int16_t samples[TOY_FRAME_SAMPLES] = {0};
    toy_nod_frame(&nod, now_ms, samples);
    for (unsigned i = 0; i < TOY_FRAME_SAMPLES; ++i) {
        if (samples[i] != 0) {
            return true;
        }
    }
    return false;
}

static void fresh(void)
{
    toy_ignore(toy_phrases_open(&phrases, blob, fake_phrases_with_nods(blob), 1));
    toy_nod_init(&nod, &phrases);
}

static void it_hums_once_and_gives_way_to_the_answer(void)
{
    fresh();
    TOY_CHECK(!sounds_at(900)); /* nothing was asked */
    toy_nod_wait(&nod, 1000);
    TOY_CHECK(!toy_nod_sounds(&nod));
    TOY_CHECK(sounds_at(1000));
    TOY_CHECK(toy_nod_sounds(&nod));
    uint32_t now_ms = 1020;
    for (; now_ms < 5000u; now_ms += 20u) {
        (void)sounds_at(now_ms);
    }
    TOY_CHECK(!toy_nod_sounds(&nod));
    TOY_CHECK(!sounds_at(now_ms)); /* it is over, and not begun again */
    toy_nod_answered(&nod, now_ms);
    TOY_CHECK(!sounds_at(now_ms + 20u));

    toy_nod_wait(&nod, 9000);
    TOY_CHECK(sounds_at(9000));
    toy_nod_answered(&nod, 9020);
    TOY_CHECK(!sounds_at(9040));
}

static void beside_a_quick_base_it_keeps_quiet_until_an_answer_is_late(void)
{
    fresh();
    for (uint32_t turn = 0; turn < 8u; ++turn) {
        toy_nod_wait(&nod, 10000u * turn);
        toy_nod_answered(&nod, 10000u * turn + 60u);
    }
    toy_nod_wait(&nod, 100000);
    TOY_CHECK(!sounds_at(100000));
    TOY_CHECK(!sounds_at(100000 + TOY_NOD_SOON_MS));
    TOY_CHECK(sounds_at(100020 + TOY_NOD_SOON_MS));
    toy_nod_answered(&nod, 102000); /* that one took two seconds */
    toy_nod_wait(&nod, 110000);
    TOY_CHECK(sounds_at(110000));
}

static void stopped_is_stopped_and_without_a_bank_it_is_silent(void)
{
    fresh();
    toy_nod_wait(&nod, 0);
    TOY_CHECK(sounds_at(0));
    toy_nod_stop(&nod);
    TOY_CHECK(!sounds_at(20));
    toy_phrases_t none = {0};
    toy_nod_init(&nod, &none);
    toy_nod_wait(&nod, 0);
    TOY_CHECK(!sounds_at(0));
}

int main(void)
{
    TOY_RUN(it_hums_once_and_gives_way_to_the_answer);
    TOY_RUN(beside_a_quick_base_it_keeps_quiet_until_an_answer_is_late);
    TOY_RUN(stopped_is_stopped_and_without_a_bank_it_is_silent);
    TOY_DONE();
}
