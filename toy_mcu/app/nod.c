#include "app/nod.h"

#include <string.h>

#define UNKNOWN_MS 1000u /* the first answer's prompt is read anew: it takes longer */

void toy_nod_init(toy_nod_t *nod, toy_phrases_t *phrases)
{
    memset(nod, 0, sizeof *nod);
    nod->phrases = phrases;
    nod->expected_ms = UNKNOWN_MS;
    toy_speech_init(&nod->speech, phrases);
}

void toy_nod_wait(toy_nod_t *nod, uint32_t now_ms)
{
    toy_speech_hush(&nod->speech);
    nod->ended_ms = now_ms;
    nod->waits = true;
    nod->hummed = false;
}

static void hum(toy_nod_t *nod)
{
    uint32_t index;
    nod->hummed = true;
    if (toy_phrases_choose(nod->phrases, TOY_PHRASE_NOD, &index) == TOY_OK) {
        toy_ignore(toy_speech_say(&nod->speech, index));
    }
}

void toy_nod_frame(toy_nod_t *nod, uint32_t now_ms, int16_t samples[TOY_FRAME_SAMPLES])
{
    if (!nod->waits) {
        return;
    }
    bool long_already = now_ms - nod->ended_ms > TOY_NOD_SOON_MS;
    if (!nod->hummed && (nod->expected_ms > TOY_NOD_SOON_MS || long_already)) {
        hum(nod);
    }
    if (toy_speech_next(&nod->speech, samples)) {
        nod->rings = TOY_NOD_RING_FRAMES;
    } else if (nod->rings > 0u) {
        --nod->rings;
    }
}

bool toy_nod_sounds(const toy_nod_t *nod) { return nod->rings > 0u; }

void toy_nod_answered(toy_nod_t *nod, uint32_t now_ms)
{
    if (nod->waits) {
        nod->expected_ms = (nod->expected_ms + (now_ms - nod->ended_ms)) / 2u;
        toy_nod_stop(nod);
    }
}

void toy_nod_stop(toy_nod_t *nod)
{
    nod->waits = false;
    nod->rings = 0;
    toy_speech_hush(&nod->speech);
}
