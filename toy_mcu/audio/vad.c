#include "audio/vad.h"

#include <string.h>

#define DB(db) ((int16_t)((db) * 16))
#define POLE_SHIFT 4        /* 16 kHz / (2 pi 16) = 159 Hz */
#define ONSET_DB DB(9)      /* above the floor to begin */
#define STAY_DB DB(6)       /* above the floor to go on */
#define HISS_EXTRA_DB DB(3) /* the thinner band fluctuates more */
#define LEAST_DB DB(36)     /* -54 dB of full scale: below this nothing is voice */
#define FADE_DB DB(36)      /* a tail this far below the utterance's loudest frame is the room's echo */
#define QUIET_ROOM_DB DB(40) /* believed until the room has been heard */
#define ONSET_FRAMES 3u      /* 60 ms together, to begin and to hold open: a tap or a click is shorter */

/* 10 log10(mean of squares), Q4; the mantissa's logarithm is taken as straight, at most 0.26 dB off. */
static int16_t level_db_q4(uint64_t sum)
{
    uint32_t mean = (uint32_t)(sum / TOY_FRAME_SAMPLES);
    if (mean == 0u) {
        return 0;
    }
    uint32_t exponent = 31u - (uint32_t)__builtin_clz(mean);
    uint32_t fraction_q8 = (uint32_t)(((uint64_t)mean << 8) >> exponent) - 256u;
    uint32_t log2_q8 = (exponent << 8) + fraction_q8;
    return (int16_t)((log2_q8 * 771u) >> 12); /* 3.0103 dB an octave of power, in Q8: 771; Q16 to Q4 */
}

static void band_init(toy_vad_band_t *band)
{
    memset(band, 0, sizeof *band);
    for (unsigned i = 0; i < TOY_VAD_BLOCKS; ++i) {
        band->block_db_q4[i] = QUIET_ROOM_DB;
    }
    band->smooth_db_q4 = band->least_db_q4 = band->floor_db_q4 = QUIET_ROOM_DB;
}

static void band_track(toy_vad_band_t *band, uint64_t sum)
{
    band->level_db_q4 = level_db_q4(sum);
    band->smooth_db_q4 = (int16_t)(band->smooth_db_q4 + (band->level_db_q4 - band->smooth_db_q4) / 4);
    if (band->smooth_db_q4 < band->least_db_q4) {
        band->least_db_q4 = band->smooth_db_q4;
    }
    if (band->least_db_q4 < band->floor_db_q4) {
        band->floor_db_q4 = band->least_db_q4;
    }
}

static void band_next_block(toy_vad_band_t *band, unsigned block)
{
    band->block_db_q4[block] = band->least_db_q4;
    band->least_db_q4 = band->smooth_db_q4;
    band->floor_db_q4 = band->least_db_q4;
    for (unsigned i = 0; i < TOY_VAD_BLOCKS; ++i) {
        if (band->block_db_q4[i] < band->floor_db_q4) {
            band->floor_db_q4 = band->block_db_q4[i];
        }
    }
}

void toy_vad_init(toy_vad_t *vad, uint32_t silence_ms)
{
    memset(vad, 0, sizeof *vad);
    vad->silence_frames = silence_ms / TOY_FRAME_MS;
    band_init(&vad->body);
    band_init(&vad->hiss);
}

void toy_vad_forget(toy_vad_t *vad)
{
    vad->run = vad->together = 0;
    vad->silent_frames = 0;
    vad->peak_db_q4 = 0;
    vad->voiced = vad->speaking = false;
}

static int32_t high_pass(int32_t *low_q8, int32_t sample)
{
    *low_q8 += (sample * 256 - *low_q8) >> POLE_SHIFT;
    return sample - (*low_q8 >> 8);
}

static void measure(toy_vad_t *vad, const int16_t *samples)
{
    uint64_t body = 0, hiss = 0;
    for (unsigned i = 0; i < TOY_FRAME_SAMPLES; ++i) {
        int32_t value = high_pass(&vad->low_q8[1], high_pass(&vad->low_q8[0], samples[i]));
        int32_t change = value - vad->previous;
        vad->previous = value;
        body += (uint64_t)((int64_t)value * value);
        hiss += (uint64_t)((int64_t)change * change);
    }
    band_track(&vad->body, body);
    band_track(&vad->hiss, hiss);
    if (++vad->block_frame == TOY_VAD_BLOCK_FRAMES) {
        vad->block_frame = 0;
        band_next_block(&vad->body, vad->block);
        band_next_block(&vad->hiss, vad->block);
        vad->block = (uint8_t)((vad->block + 1u) % TOY_VAD_BLOCKS);
    }
}

static bool above(const toy_vad_band_t *band, int margin_q4)
{
    return band->level_db_q4 >= LEAST_DB && band->level_db_q4 > band->floor_db_q4 + margin_q4;
}

static bool is_voiced(const toy_vad_t *vad)
{
    int margin = vad->speaking ? STAY_DB : ONSET_DB;
    int body = vad->body.level_db_q4, hiss = vad->hiss.level_db_q4;
    int loudest = body > hiss ? body : hiss;
    if (vad->speaking && loudest < vad->peak_db_q4 - FADE_DB) {
        return false;
    }
    return above(&vad->body, margin) || above(&vad->hiss, margin + HISS_EXTRA_DB);
}

static toy_vad_event_t waiting(toy_vad_t *vad, uint32_t first_sample)
{
    if (!vad->voiced) {
        vad->run = (uint8_t)(vad->run == 0u ? 0u : vad->run - 1u);
        return TOY_VAD_NOTHING;
    }
    if (vad->run++ == 0u) {
        vad->run_sample = first_sample;
    }
    if (vad->run < ONSET_FRAMES) {
        return TOY_VAD_NOTHING;
    }
    vad->speaking = true;
    vad->silent_frames = 0;
    vad->peak_db_q4 = vad->body.level_db_q4;
    vad->onset_sample = vad->run_sample;
    vad->voiced_end_sample = first_sample + TOY_FRAME_SAMPLES;
    return TOY_VAD_ONSET;
}

static toy_vad_event_t speaking(toy_vad_t *vad, uint32_t first_sample)
{
    if (vad->voiced && vad->body.level_db_q4 > vad->peak_db_q4) {
        vad->peak_db_q4 = vad->body.level_db_q4;
    }
    ++vad->silent_frames;
    if (vad->together >= ONSET_FRAMES) {
        vad->silent_frames = 0;
        vad->voiced_end_sample = first_sample + TOY_FRAME_SAMPLES;
    }
    if (vad->silent_frames < vad->silence_frames) {
        return TOY_VAD_NOTHING;
    }
    vad->run = 0;
    vad->speaking = false;
    return TOY_VAD_END;
}

toy_vad_event_t toy_vad_frame(toy_vad_t *vad, const int16_t samples[TOY_FRAME_SAMPLES], uint32_t first_sample)
{
    measure(vad, samples);
    vad->voiced = is_voiced(vad);
    vad->together = (uint8_t)(!vad->voiced ? 0u : vad->together < 255u ? vad->together + 1u : 255u);
    return vad->speaking ? speaking(vad, first_sample) : waiting(vad, first_sample);
}

int toy_vad_snr_db(const toy_vad_t *vad)
{
    int snr_q4 = vad->peak_db_q4 - vad->body.floor_db_q4;
    return snr_q4 > 0 ? snr_q4 / 16 : 0;
}
