/* codec.h - IMA ADPCM, 4 bits a sample, two samples a byte with the earlier one in the low nibble.
 * In      int16 samples, an even number; or packed bytes, two samples each
 * Out     the other of the two; the state moves on to just after the last sample
 * Memory  4 bytes of state, tables of 105 entries in flash
 * Time    budget in tests/budgets.toml
 * Errors  TOY_ERR_FORMAT when a state from outside is none (step index above 88)
 * Source  IMA Digital Audio Focus and Technical Working Groups, "Recommended Practices" 3.00 (1992);
 *         reference tests/golden/make_adpcm.py */
#ifndef TOY_AUDIO_CODEC_H
#define TOY_AUDIO_CODEC_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

#define TOY_ADPCM_LAST_STEP 88

/* A frame that carries the state from before its first sample decodes alone. */
typedef struct {
    int16_t predictor;
    uint8_t step_index;
} toy_adpcm_t;

/* samples: 2 * count_bytes of them. */
void toy_adpcm_encode(toy_adpcm_t *state, const int16_t *samples, uint8_t *bytes, size_t count_bytes);
TOY_MUST_USE toy_status_t toy_adpcm_decode(toy_adpcm_t *state, const uint8_t *bytes, int16_t *samples,
                                           size_t count_bytes);

#endif
