/* format.h - the one sound format inside the toy: 16 kHz, mono, 16 bit, 20 ms a frame. */
#ifndef TOY_AUDIO_FORMAT_H
#define TOY_AUDIO_FORMAT_H

#define TOY_RATE_HZ 16000
#define TOY_FRAME_SAMPLES 320
#define TOY_FRAME_MS 20
#define TOY_FRAME_ADPCM_BYTES (TOY_FRAME_SAMPLES / 2)

#endif
