#include "app/hearing.h"

#include <string.h>

void toy_hearing_init(toy_hearing_t *hearing, const toy_ears_t *ears)
{
    memset(hearing, 0, sizeof *hearing);
    hearing->ears = *ears;
}

void toy_hearing_frame(toy_hearing_t *hearing, const int16_t samples[TOY_FRAME_SAMPLES], const toy_heed_t *heed)
{
    hearing->ears.hear(hearing->ears.context, samples, heed, &hearing->last);
}

uint32_t toy_hearing_from(const toy_hearing_t *hearing, uint32_t wanted, uint32_t now)
{
    if (hearing->last.next != now) {
        return now;
    }
    return (int32_t)(wanted - hearing->last.first) < 0 ? hearing->last.first : wanted;
}

toy_status_t toy_hearing_take(const toy_hearing_t *hearing, uint32_t number, toy_sound_frame_t *frame)
{
    return hearing->ears.take(hearing->ears.context, number, frame);
}

static void nobody_speaks(toy_hearing_t *hearing)
{
    hearing->last.speaking = false;
    hearing->last.snr_db = 0;
}

void toy_hearing_settle(toy_hearing_t *hearing)
{
    hearing->ears.settle(hearing->ears.context);
    nobody_speaks(hearing);
}

static void nothing_is_kept(toy_hearing_t *hearing)
{
    nobody_speaks(hearing);
    hearing->last.first = hearing->last.next = 0u;
}

void toy_hearing_forget(toy_hearing_t *hearing)
{
    hearing->ears.forget(hearing->ears.context);
    nothing_is_kept(hearing);
}

void toy_hearing_close(toy_hearing_t *hearing)
{
    hearing->ears.close(hearing->ears.context);
    nothing_is_kept(hearing);
    hearing->last.open = false;
}

void toy_hearing_called(toy_hearing_t *hearing) { hearing->ears.called(hearing->ears.context); }
