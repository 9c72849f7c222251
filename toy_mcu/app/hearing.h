/* hearing.h - what app knows of the toy's ears, which are in the secure world: the last frame, and which sound may be asked for.
 * In      the ears of secure/gateway.h; how the next frame is to be heard
 * Out     what they made of it; any frame of sound still held, by number, once the toy was called
 * Memory  about 100 bytes; the sound stays with the ears: a brain that takes over has it all
 * Errors  take: as toy_ears_t */
#ifndef TOY_APP_HEARING_H
#define TOY_APP_HEARING_H

#include "secure/gateway.h"

typedef struct {
    toy_ears_t ears;
    toy_heard_t last;
} toy_hearing_t;

void toy_hearing_init(toy_hearing_t *hearing, const toy_ears_t *ears);
void toy_hearing_frame(toy_hearing_t *hearing, const int16_t samples[TOY_FRAME_SAMPLES], const toy_heed_t *heed);

/* The wanted frame, or the oldest still held after it, or `now` when nothing up to now is held. */
uint32_t toy_hearing_from(const toy_hearing_t *hearing, uint32_t wanted, uint32_t now);
TOY_MUST_USE toy_status_t toy_hearing_take(const toy_hearing_t *hearing, uint32_t number, toy_sound_frame_t *frame);

void toy_hearing_settle(toy_hearing_t *hearing); /* a speech under way is over */
void toy_hearing_forget(toy_hearing_t *hearing); /* likewise, and what was kept is gone */
void toy_hearing_close(toy_hearing_t *hearing);  /* likewise, until the toy is called again */
void toy_hearing_called(toy_hearing_t *hearing);

#endif
