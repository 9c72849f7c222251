/* i2s.h - the microphone and the speaker: PIO makes the wires, two DMA channels each fill and empty rings of frames.
 * In      int16 frames for the speaker, written where DMA reads them
 * Out     20 ms frames of the microphone's words, read where DMA wrote them; a tick every 20 ms
 * Memory  4 frames each way: 10,240 and 2,560 bytes, static
 * Time    an interrupt of about 100 instructions every 20 ms a direction; the CPU copies nothing
 * Errors  none: a late loop plays silence and hears the newest two frames; both are counted */
#ifndef RP2350_I2S_H
#define RP2350_I2S_H

#include <stdbool.h>
#include <stdint.h>

#include "audio/format.h"
#include "rp2350/logic/clocks.h"
#include "rp2350/logic/microphone.h"

typedef struct {
    uint32_t ticks; /* 20 ms each, since rp_i2s_start() */
    uint32_t mic_frames, mic_lost, speaker_late;
} rp_i2s_counts_t;

/* The interrupt goes to the core that calls this. */
void rp_i2s_start(const rp_clock_plan_t *clocks);

/* Muted means: no clock, so the microphone is off. The light beside it follows in the same call. */
void rp_mic_run(bool on);
bool rp_mic_is_running(void);

/* The oldest frame, or NULL; good for 20 ms at least. */
const uint32_t *rp_mic_frame(void);

/* Where the next frame goes, or NULL: two are waiting already; rp_speaker_send() hands it over. */
int16_t *rp_speaker_room(void);
void rp_speaker_send(void);

rp_i2s_counts_t rp_i2s_counts(void);

#endif
