#include "fake_phrases.h"

#include <stdio.h>
#include <string.h>

#include "app/phrases.h"
#include "audio/codec.h"
#include "base/crc32.h"
#include "link/bytes.h"

static void make_sound(uint8_t *adpcm)
{
    int16_t samples[FAKE_PHRASE_SAMPLES];
    toy_adpcm_t codec = {0, 0};
    for (unsigned i = 0; i < FAKE_PHRASE_SAMPLES; ++i) {
        samples[i] = (int16_t)((i / 40u) % 2u ? FAKE_PHRASE_PEAK : -FAKE_PHRASE_PEAK);
    }
    toy_adpcm_encode(&codec, samples, adpcm, FAKE_PHRASE_SAMPLES / 2u);
}

static size_t make(uint8_t *blob, uint32_t tags)
{
    uint32_t count = 10u + FAKE_PHRASES_EACH * (tags - 1u);
    uint32_t text_at = 16u + 16u * count;
    uint32_t sound_at = text_at + 4u * count;
    memset(blob, 0, sound_at);
    for (uint32_t i = 0; i < count; ++i) {
        uint8_t *entry = blob + 16u + 16u * i;
        uint32_t tag = i < 10u ? 0u : 1u + (i - 10u) / FAKE_PHRASES_EACH;
        char text[16];
        (void)snprintf(text, sizeof text, "p%03u", (unsigned)i);
        memcpy(blob + text_at + 4u * i, text, 4);
        toy_put_u32(entry, sound_at); /* all share one sound */
        toy_put_u32(entry + 4, FAKE_PHRASE_SAMPLES / 2u);
        toy_put_u32(entry + 8, text_at + 4u * i);
        entry[12] = 4;
        entry[13] = (uint8_t)tag;
    }
    make_sound(blob + sound_at);
    uint32_t total = sound_at + FAKE_PHRASE_SAMPLES / 2u;
    memcpy(blob, "TPHB", 4);
    toy_put_u16(blob + 4, 1);
    toy_put_u16(blob + 6, (uint16_t)count);
    toy_put_u32(blob + 8, total);
    toy_put_u32(blob + 12, toy_crc32(toy_crc32(0, blob, 12), blob + 16, total - 16u));
    return total;
}

size_t fake_phrases_make(uint8_t *blob) { return make(blob, TOY_PHRASE_NOD); }

size_t fake_phrases_with_nods(uint8_t *blob) { return make(blob, TOY_PHRASE_NOD + 1u); }
