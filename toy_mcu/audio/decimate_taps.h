/* decimate_taps.h - written by tests/py/pio_bench/decimator.py: first half of a symmetric low-pass, Q15. */
#ifndef TOY_AUDIO_DECIMATE_TAPS_H
#define TOY_AUDIO_DECIMATE_TAPS_H

#include <stdint.h>

#define TOY_DECIMATE_TAPS 84

static const int16_t toy_decimate_half[TOY_DECIMATE_TAPS / 2] = {
        -1,     11,     26,     33,     19,    -14,    -41,
       -31,     17,     62,     54,    -16,    -91,    -89,
        12,    128,    137,     -1,   -174,   -202,    -19,
       230,    291,     51,   -301,   -412,   -103,    391,
       581,    185,   -515,   -837,   -323,    705,   1273,
       587,  -1069,  -2241,  -1289,   2230,   6907,  10220,
};

#endif
