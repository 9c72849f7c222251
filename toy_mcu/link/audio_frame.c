#include "link/audio_frame.h"

#include <string.h>

#include "link/bytes.h"

static int in_range(const toy_audio_frame_t *frame)
{
    return (frame->type == TOY_BODY_AUDIO_UP || frame->type == TOY_BODY_AUDIO_DOWN) && frame->adpcm_bytes >= 1u &&
           frame->adpcm_bytes <= TOY_AUDIO_FRAME_ADPCM_MAX_BYTES &&
           frame->step_index <= TOY_AUDIO_FRAME_STEP_INDEX_MAX;
}

toy_status_t toy_audio_frame_write(const toy_audio_frame_t *frame, uint8_t *body, size_t room, size_t *count)
{
    size_t needed = TOY_AUDIO_FRAME_HEADER_BYTES + frame->adpcm_bytes;
    if (!in_range(frame)) {
        return TOY_ERR_ARG;
    }
    if (needed > room) {
        return TOY_ERR_MEMORY;
    }
    body[0] = frame->type;
    toy_put_u16(body + 1, frame->turn);
    toy_put_u16(body + 3, frame->sequence);
    toy_put_u32(body + 5, frame->sample_clock);
    toy_put_u16(body + 9, (uint16_t)frame->predictor);
    body[11] = frame->step_index;
    memcpy(body + TOY_AUDIO_FRAME_HEADER_BYTES, frame->adpcm, frame->adpcm_bytes);
    *count = needed;
    return TOY_OK;
}

toy_status_t toy_audio_frame_read(const uint8_t *body, size_t count, toy_audio_frame_t *frame)
{
    if (count <= TOY_AUDIO_FRAME_HEADER_BYTES || count > TOY_AUDIO_FRAME_MAX_BYTES) {
        return TOY_ERR_FORMAT;
    }
    uint16_t predictor = toy_get_u16(body + 9);
    frame->type = body[0];
    frame->turn = toy_get_u16(body + 1);
    frame->sequence = toy_get_u16(body + 3);
    frame->sample_clock = toy_get_u32(body + 5);
    frame->predictor = (int16_t)(predictor < 0x8000u ? (int32_t)predictor : (int32_t)predictor - 0x10000);
    frame->step_index = body[11];
    frame->adpcm = body + TOY_AUDIO_FRAME_HEADER_BYTES;
    frame->adpcm_bytes = (uint8_t)(count - TOY_AUDIO_FRAME_HEADER_BYTES);
    return in_range(frame) ? TOY_OK : TOY_ERR_FORMAT;
}
