/* tables.h - constants of front end and softmax, written by models/wake/tables.py.
 * Memory  about 10 KB of flash */
#ifndef TOY_WAKE_TABLES_H
#define TOY_WAKE_TABLES_H

#include <stdint.h>

#define TOY_MEL_FIRST_BIN 3
#define TOY_MEL_LAST_BIN 243
#define TOY_PCEN_BELOW 128 /* entries for log2 ratios under zero, 16 an octave */
#define TOY_PCEN_STEPS 384
#define TOY_PCEN_SHAPES 216 /* the ratio cannot pass log2(1/s) = 5.4 octaves */

extern const int32_t toy_cosine_q31[512];
extern const int32_t toy_window_q31[480];
extern const uint8_t toy_mel_segment_bins[41]; /* bins between one band's centre and the next */
extern const uint16_t toy_mel_rise_q14[TOY_MEL_LAST_BIN - TOY_MEL_FIRST_BIN + 1];
extern const uint8_t toy_log2_q8[256];
extern const int32_t toy_pcen_step_q12[TOY_PCEN_STEPS];
extern const uint8_t toy_pcen_shape[TOY_PCEN_SHAPES];
extern const uint32_t toy_exp2_q16[256]; /* 2^-(i / 256), for the softmax */

#endif
