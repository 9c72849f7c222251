#include "audio/codec.h"
#include "../golden/adpcm.h"
#include "toy_test.h"

#define COUNT (sizeof ADPCM_BYTES)

static void encodes_bit_for_bit_like_the_reference(void)
{
    toy_adpcm_t state = {0, 0};
    uint8_t bytes[COUNT];
    toy_adpcm_encode(&state, ADPCM_SAMPLES, bytes, COUNT);
    TOY_CHECK_BYTES(bytes, ADPCM_BYTES, COUNT);
    TOY_CHECK_INT(state.predictor, ADPCM_DECODED[2 * COUNT - 1]);
}

static void decodes_bit_for_bit_like_the_reference(void)
{
    toy_adpcm_t state = {0, 0};
    int16_t samples[2 * COUNT];
    TOY_CHECK_INT(toy_adpcm_decode(&state, ADPCM_BYTES, samples, COUNT), TOY_OK);
    TOY_CHECK_BYTES(samples, ADPCM_DECODED, sizeof samples);
}

static void a_frame_decodes_alone_from_the_state_before_it(void)
{
    toy_adpcm_t encoder = {0, 0};
    uint8_t bytes[160];
    toy_adpcm_encode(&encoder, ADPCM_SAMPLES, bytes, 160);
    toy_adpcm_t before_second = encoder;
    toy_adpcm_encode(&encoder, ADPCM_SAMPLES + 320, bytes, 160);
    int16_t samples[320];
    TOY_CHECK_INT(toy_adpcm_decode(&before_second, bytes, samples, 160), TOY_OK);
    TOY_CHECK_BYTES(samples, ADPCM_DECODED + 320, sizeof samples);
}

static void refuses_a_state_that_is_none(void)
{
    toy_adpcm_t state = {0, 89};
    int16_t samples[2];
    TOY_CHECK_INT(toy_adpcm_decode(&state, ADPCM_BYTES, samples, 1), TOY_ERR_FORMAT);
    state.step_index = 88;
    TOY_CHECK_INT(toy_adpcm_decode(&state, ADPCM_BYTES, samples, 1), TOY_OK);
}

int main(void)
{
    TOY_RUN(encodes_bit_for_bit_like_the_reference);
    TOY_RUN(decodes_bit_for_bit_like_the_reference);
    TOY_RUN(a_frame_decodes_alone_from_the_state_before_it);
    TOY_RUN(refuses_a_state_that_is_none);
    TOY_DONE();
}
