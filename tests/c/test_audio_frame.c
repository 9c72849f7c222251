#include "link/audio_frame.h"
#include "toy_test.h"

static const uint8_t sound[209] = {1, 2, 3};

static void known_bytes(void)
{
    toy_audio_frame_t frame = {.type = TOY_BODY_AUDIO_UP, .turn = 0x1234, .sequence = 0x0102,
                               .sample_clock = 0xA1B2C3D4, .predictor = -2, .step_index = 88,
                               .adpcm = sound, .adpcm_bytes = 3};
    static const uint8_t expected[15] = {1, 0x34, 0x12, 0x02, 0x01, 0xD4, 0xC3, 0xB2, 0xA1, 0xFE, 0xFF, 88, 1, 2, 3};
    uint8_t body[TOY_AUDIO_FRAME_MAX_BYTES];
    size_t count = 0;
    TOY_CHECK_INT(toy_audio_frame_write(&frame, body, sizeof body, &count), TOY_OK);
    TOY_CHECK_INT(count, sizeof expected);
    TOY_CHECK_BYTES(body, expected, sizeof expected);
    toy_audio_frame_t back;
    TOY_CHECK_INT(toy_audio_frame_read(body, count, &back), TOY_OK);
    TOY_CHECK_INT(back.turn, 0x1234);
    TOY_CHECK_INT(back.predictor, -2);
    TOY_CHECK_INT(back.adpcm_bytes, 3);
}

static void limits_hold(void)
{
    toy_audio_frame_t frame = {.type = TOY_BODY_AUDIO_DOWN, .adpcm = sound, .adpcm_bytes = 208, .step_index = 88};
    uint8_t body[TOY_AUDIO_FRAME_MAX_BYTES + 1] = {0};
    size_t count = 0;
    TOY_CHECK_INT(toy_audio_frame_write(&frame, body, sizeof body, &count), TOY_OK);
    TOY_CHECK_INT(toy_audio_frame_write(&frame, body, 219, &count), TOY_ERR_MEMORY);
    TOY_CHECK_INT(toy_audio_frame_read(body, 221, &frame), TOY_ERR_FORMAT);
    TOY_CHECK_INT(toy_audio_frame_read(body, 12, &frame), TOY_ERR_FORMAT);
    TOY_CHECK_INT(toy_audio_frame_read(body, 0, &frame), TOY_ERR_FORMAT);
    body[11] = 89;
    TOY_CHECK_INT(toy_audio_frame_read(body, 220, &frame), TOY_ERR_FORMAT);
    body[11] = 0;
    body[0] = 3;
    TOY_CHECK_INT(toy_audio_frame_read(body, 220, &frame), TOY_ERR_FORMAT);
    frame = (toy_audio_frame_t){.type = TOY_BODY_AUDIO_UP, .adpcm = sound, .adpcm_bytes = 209};
    TOY_CHECK_INT(toy_audio_frame_write(&frame, body, sizeof body, &count), TOY_ERR_ARG);
    frame.adpcm_bytes = 0;
    TOY_CHECK_INT(toy_audio_frame_write(&frame, body, sizeof body, &count), TOY_ERR_ARG);
    frame.adpcm_bytes = 1;
    frame.type = TOY_BODY_CONTROL;
    TOY_CHECK_INT(toy_audio_frame_write(&frame, body, sizeof body, &count), TOY_ERR_ARG);
}

int main(void)
{
    TOY_RUN(known_bytes);
    TOY_RUN(limits_hold);
    TOY_DONE();
}
