#include "app/slice.h"

#include <string.h>

#define PIECE_BYTES 16u

uint32_t toy_slice_waiting(const toy_slice_place_t *place, uint32_t until)
{
    int32_t frames = (int32_t)(until - place->frame);
    return frames > 0 ? (uint32_t)frames * TOY_FRAME_ADPCM_BYTES - place->byte : 0u;
}

/* Each kept frame says the state it begins with, so at most 20 ms are decoded to know it further in. */
static toy_adpcm_t state_at(const toy_sound_frame_t *frame, uint32_t byte)
{
    toy_adpcm_t state = frame->before;
    int16_t samples[2u * PIECE_BYTES];
    for (uint32_t done = 0; done < byte; done += PIECE_BYTES) {
        uint32_t count = byte - done < PIECE_BYTES ? byte - done : PIECE_BYTES;
        toy_ignore(toy_adpcm_decode(&state, frame->adpcm + done, samples, count));
    }
    return state;
}

toy_status_t toy_slice_take(const toy_hearing_t *hearing, toy_slice_place_t *place, uint32_t until, uint32_t count,
                            toy_slice_t *slice)
{
    toy_slice_place_t next = *place;
    toy_sound_frame_t frame;
    if (count > sizeof slice->adpcm || toy_slice_waiting(place, until) < count) {
        return TOY_ERR_EMPTY;
    }
    slice->count = 0;
    while (slice->count < count) {
        if (toy_hearing_take(hearing, next.frame, &frame) != TOY_OK) {
            return TOY_ERR_STATE;
        }
        uint32_t rest = TOY_FRAME_ADPCM_BYTES - next.byte;
        uint32_t piece = count - slice->count < rest ? count - slice->count : rest;
        if (slice->count == 0u) {
            slice->before = state_at(&frame, next.byte);
        }
        memcpy(slice->adpcm + slice->count, frame.adpcm + next.byte, piece);
        slice->count += piece;
        next = piece == rest ? (toy_slice_place_t){next.frame + 1u, 0} : (toy_slice_place_t){next.frame, next.byte + piece};
    }
    *place = next;
    return TOY_OK;
}
