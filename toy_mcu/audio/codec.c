#include "audio/codec.h"

#include "base/fixed.h"

static const int16_t STEP[TOY_ADPCM_LAST_STEP + 1] = {
    7,     8,     9,     10,    11,    12,    13,    14,    16,    17,    19,    21,    23,    25,    28,
    31,    34,    37,    41,    45,    50,    55,    60,    66,    73,    80,    88,    97,    107,   118,
    130,   143,   157,   173,   190,   209,   230,   253,   279,   307,   337,   371,   408,   449,   494,
    544,   598,   658,   724,   796,   876,   963,   1060,  1166,  1282,  1411,  1552,  1707,  1878,  2066,
    2272,  2499,  2749,  3024,  3327,  3660,  4026,  4428,  4871,  5358,  5894,  6484,  7132,  7845,  8630,
    9493,  10442, 11487, 12635, 13899, 15289, 16818, 18500, 20350, 22385, 24623, 27086, 29794, 32767,
};
static const int8_t INDEX_MOVE[8] = {-1, -1, -1, -1, 2, 4, 6, 8}; /* by the three magnitude bits */

/* What both sides do with a nibble; the encoder runs it too, so that it never drifts from the decoder. */
static int16_t apply(toy_adpcm_t *state, unsigned nibble)
{
    int32_t step = STEP[state->step_index];
    int32_t change = step >> 3;
    change += (nibble & 4u) ? step : 0;
    change += (nibble & 2u) ? step >> 1 : 0;
    change += (nibble & 1u) ? step >> 2 : 0;
    state->predictor = toy_saturate_16(state->predictor + ((nibble & 8u) ? -change : change));
    int index = state->step_index + INDEX_MOVE[nibble & 7u];
    state->step_index = (uint8_t)(index < 0 ? 0 : index > TOY_ADPCM_LAST_STEP ? TOY_ADPCM_LAST_STEP : index);
    return state->predictor;
}

static unsigned nibble_for(toy_adpcm_t *state, int16_t sample)
{
    int32_t step = STEP[state->step_index];
    int32_t rest = sample - state->predictor;
    unsigned nibble = 0;
    if (rest < 0) {
        nibble = 8u;
        rest = -rest;
    }
    for (unsigned bit = 4u; bit != 0u; bit >>= 1, step >>= 1) {
        if (rest >= step) {
            nibble |= bit;
            rest -= step;
        }
    }
    apply(state, nibble);
    return nibble;
}

void toy_adpcm_encode(toy_adpcm_t *state, const int16_t *samples, uint8_t *bytes, size_t count_bytes)
{
    for (size_t i = 0; i < count_bytes; ++i) {
        unsigned low = nibble_for(state, samples[2u * i]);
        unsigned high = nibble_for(state, samples[2u * i + 1u]);
        bytes[i] = (uint8_t)(low | high << 4);
    }
}

toy_status_t toy_adpcm_decode(toy_adpcm_t *state, const uint8_t *bytes, int16_t *samples, size_t count_bytes)
{
    if (state->step_index > TOY_ADPCM_LAST_STEP) {
        return TOY_ERR_FORMAT;
    }
    for (size_t i = 0; i < count_bytes; ++i) {
        samples[2u * i] = apply(state, bytes[i] & 15u);
        samples[2u * i + 1u] = apply(state, (unsigned)bytes[i] >> 4);
    }
    return TOY_OK;
}
