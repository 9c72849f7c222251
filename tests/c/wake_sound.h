/* wake_sound.h - the same test sound in C and in NumPy (models/wake/golden.py): noise that swells, on integers alone.
 * Out     int16 samples, and a hash of bytes to compare by */
#ifndef WAKE_SOUND_H
#define WAKE_SOUND_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint32_t state, number;
} wake_sound_t;

static inline int16_t wake_sound_next(wake_sound_t *sound)
{
    sound->state = sound->state * 1664525u + 1013904223u;
    int32_t noise = (int32_t)(sound->state >> 16) - 32768;
    uint32_t swell = (sound->number * 7u) & 0xffffu; /* a ramp of 0.6 s, twelve octaves of gain */
    sound->number++;
    uint32_t tone = (sound->number * sound->number / 64u) & 0xffffu; /* rises like a chirp */
    int32_t square = tone < 0x8000u ? 6000 : -6000;
    return (int16_t)((noise / 3 + square) >> (swell >> 13));
}

static inline uint32_t wake_sound_hash(uint32_t hash, const void *bytes, size_t count)
{
    const uint8_t *at = bytes;
    for (size_t i = 0; i < count; ++i) {
        hash = (hash ^ at[i]) * 16777619u;
    }
    return hash;
}

#endif
