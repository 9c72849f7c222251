/* phones.h - the phonemes of American English and how a mouth makes them.
 * In      a phoneme's number: CMUdict's 39, plus silence and the weak vowel
 * Out     formant targets, noise spectrum, durations, openings
 * Memory  a table of about 2 KB in flash
 * Source  Klatt (1980), tables II, III; Klatt (1979) for durations; Holmes, Mattingly and Shearme (1964) */
#ifndef TOY_VOICE_PHONES_H
#define TOY_VOICE_PHONES_H

#include <stdbool.h>
#include <stdint.h>

enum {
    TOY_PHONE_SILENCE, /* the order below is that of models/voice/cmudict.py */
    TOY_PHONE_AA, TOY_PHONE_AE, TOY_PHONE_AH, TOY_PHONE_AO, TOY_PHONE_AW, TOY_PHONE_AY, TOY_PHONE_EH,
    TOY_PHONE_ER, TOY_PHONE_EY, TOY_PHONE_IH, TOY_PHONE_IY, TOY_PHONE_OW, TOY_PHONE_OY, TOY_PHONE_UH,
    TOY_PHONE_UW, TOY_PHONE_B, TOY_PHONE_CH, TOY_PHONE_D, TOY_PHONE_DH, TOY_PHONE_F, TOY_PHONE_G,
    TOY_PHONE_HH, TOY_PHONE_JH, TOY_PHONE_K, TOY_PHONE_L, TOY_PHONE_M, TOY_PHONE_N, TOY_PHONE_NG,
    TOY_PHONE_P, TOY_PHONE_R, TOY_PHONE_S, TOY_PHONE_SH, TOY_PHONE_T, TOY_PHONE_TH, TOY_PHONE_V,
    TOY_PHONE_W, TOY_PHONE_Y, TOY_PHONE_Z, TOY_PHONE_ZH,
    TOY_PHONE_AX, /* the a of "about": what AH becomes without stress */
    TOY_PHONES
};

typedef enum {
    TOY_MANNER_SILENCE,
    TOY_MANNER_VOWEL,
    TOY_MANNER_GLIDE, /* l r w y */
    TOY_MANNER_NASAL,
    TOY_MANNER_FRICATIVE,
    TOY_MANNER_STOP,
    TOY_MANNER_AFFRICATE,
    TOY_MANNER_BREATH /* h: the next vowel without voice */
} toy_manner_t;

/* How a closed mouth opens; of h, its breath. */
typedef struct {
    uint8_t breath_percent;
    uint8_t burst_ms;
    uint8_t voice_percent;  /* from the burst to the vowel */
    uint8_t tilt_percent;   /* how dull the voice is while the mouth is closed */
    uint8_t length_percent; /* of the time that the rules give it */
} toy_opening_t;

typedef struct {
    uint8_t manner;
    bool voiced;
    uint8_t voice_percent;   /* how loud its voice is; of a stop, while it is closed */
    uint8_t pull_percent;    /* how much of the neighbour's formants reaches the boundary */
    uint8_t reach_ms;        /* how far this phoneme bends its neighbour */
    uint16_t formant_hz[3];
    uint16_t end_hz[3];      /* of a diphthong; the same again for the rest */
    uint8_t width_10hz[3];
    uint16_t usual_ms, least_ms;
    uint8_t noise_db[6];     /* A2..A6, AB; 60 = as strong as a vowel, 0 = none */
    toy_opening_t opening;
} toy_phone_t;

extern const toy_phone_t toy_phones[TOY_PHONES];

static inline bool toy_phone_is_vowel(unsigned phone) { return toy_phones[phone].manner == TOY_MANNER_VOWEL; }

#endif
