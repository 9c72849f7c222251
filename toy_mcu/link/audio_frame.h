/* audio_frame.h - the fixed header of an audio frame's body.
 * In      write: the fields and 1..208 bytes of ADPCM; read: a body that begins with type 1 or 2
 * Out     write: type, turn u16, sequence u16, sample clock u32, predictor i16, step index u8, ADPCM; all little endian
 * Memory  read: adpcm points into the body
 * Errors  TOY_ERR_ARG, TOY_ERR_MEMORY; TOY_ERR_FORMAT
 * Source  protocol/SPEC.md, "Audio frames" */
#ifndef TOY_LINK_AUDIO_FRAME_H
#define TOY_LINK_AUDIO_FRAME_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum { TOY_BODY_CONTROL = 0, TOY_BODY_AUDIO_UP = 1, TOY_BODY_AUDIO_DOWN = 2 };

#define TOY_AUDIO_FRAME_HEADER_BYTES 12u
#define TOY_AUDIO_FRAME_ADPCM_MAX_BYTES 208u
#define TOY_AUDIO_FRAME_ADPCM_BYTES 160u /* the usual 20 ms */
#define TOY_AUDIO_FRAME_MAX_BYTES (TOY_AUDIO_FRAME_HEADER_BYTES + TOY_AUDIO_FRAME_ADPCM_MAX_BYTES)
#define TOY_AUDIO_FRAME_STEP_INDEX_MAX 88u

typedef struct {
    uint8_t type; /* TOY_BODY_AUDIO_UP or _DOWN */
    uint16_t turn;
    uint16_t sequence;     /* frame number in this turn and direction, from 0 */
    uint32_t sample_clock; /* of the first sample, at 16 kHz */
    int16_t predictor;     /* ADPCM state before the first sample */
    uint8_t step_index;    /* 0..88, likewise */
    const uint8_t *adpcm;
    uint8_t adpcm_bytes;
} toy_audio_frame_t;

TOY_MUST_USE toy_status_t toy_audio_frame_write(const toy_audio_frame_t *frame, uint8_t *body, size_t room,
                                                size_t *count);
TOY_MUST_USE toy_status_t toy_audio_frame_read(const uint8_t *body, size_t count, toy_audio_frame_t *frame);

#endif
