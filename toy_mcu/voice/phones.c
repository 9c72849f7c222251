#include "voice/phones.h"

/* clang-format off */
#define STEADY(a, b, c) {a, b, c}, {a, b, c}
#define QUIET {0, 0, 0, 0, 0, 0}
#define VOWEL TOY_MANNER_VOWEL, true, 50, 50
#define GLIDE TOY_MANNER_GLIDE, true, 25, 70
#define NASAL TOY_MANNER_NASAL, true
#define RUSH TOY_MANNER_FRICATIVE
#define STOP TOY_MANNER_STOP
#define SNAP TOY_MANNER_AFFRICATE

const toy_phone_t toy_phones[TOY_PHONES] = {
    /*          manner voiced pull reach  F1..F3 first, F1..F3 last            widths/10      usual least  A2..A6, AB */
    [TOY_PHONE_SILENCE] = {TOY_MANNER_SILENCE, false, 100, 0, STEADY(500, 1500, 2500), {8, 10, 15}, 200, 20, QUIET},
    [TOY_PHONE_AA] = {VOWEL, STEADY(710, 1180, 2600),                        {10, 7, 16}, 240, 100, QUIET},
    [TOY_PHONE_AE] = {VOWEL, {640, 1720, 2430}, {680, 1560, 2450},           {7, 12, 25}, 230, 80, QUIET},
    [TOY_PHONE_AH] = {VOWEL, STEADY(620, 1220, 2550),                        {8, 6, 14}, 140, 60, QUIET},
    [TOY_PHONE_AO] = {VOWEL, {600, 940, 2500}, {620, 980, 2550},             {9, 10, 10}, 240, 100, QUIET},
    [TOY_PHONE_AW] = {VOWEL, {690, 1280, 2550}, {430, 940, 2350},            {8, 8, 14}, 260, 100, QUIET},
    [TOY_PHONE_AY] = {VOWEL, {730, 1280, 2520}, {440, 1900, 2550},           {10, 8, 20}, 220, 110, QUIET},
    [TOY_PHONE_EH] = {VOWEL, {540, 1700, 2500}, {580, 1620, 2510},           {6, 9, 20}, 150, 70, QUIET},
    [TOY_PHONE_ER] = {VOWEL, {470, 1290, 1600}, {430, 1300, 1570},           {8, 6, 11}, 180, 80, QUIET},
    [TOY_PHONE_EY] = {VOWEL, {480, 1800, 2520}, {330, 2150, 2650},           {7, 10, 20}, 190, 70, QUIET},
    [TOY_PHONE_IH] = {VOWEL, {400, 1850, 2570}, {440, 1750, 2580},           {5, 10, 14}, 135, 40, QUIET},
    [TOY_PHONE_IY] = {VOWEL, {310, 2120, 2960}, {285, 2200, 2960},           {5, 15, 30}, 155, 55, QUIET},
    [TOY_PHONE_OW] = {VOWEL, {560, 1150, 2400}, {430, 930, 2350},            {8, 7, 8}, 180, 80, QUIET},
    [TOY_PHONE_OY] = {VOWEL, {550, 900, 2400}, {360, 1850, 2450},            {8, 6, 14}, 280, 130, QUIET},
    [TOY_PHONE_UH] = {VOWEL, {450, 1100, 2350}, {480, 1160, 2380},           {8, 10, 8}, 160, 60, QUIET},
    [TOY_PHONE_UW] = {VOWEL, {340, 1200, 2250}, {320, 950, 2250},            {7, 11, 14}, 210, 70, QUIET},
    [TOY_PHONE_AX] = {VOWEL, STEADY(500, 1450, 2500),                        {8, 8, 14}, 90, 45, QUIET},

    [TOY_PHONE_L] = {GLIDE, STEADY(330, 1000, 2850), {5, 10, 28}, 80, 45, QUIET},
    [TOY_PHONE_R] = {GLIDE, STEADY(330, 1080, 1420), {7, 10, 12}, 80, 40, QUIET},
    [TOY_PHONE_W] = {GLIDE, STEADY(290, 650, 2150),  {5, 8, 6},   80, 55, QUIET},
    [TOY_PHONE_Y] = {GLIDE, STEADY(260, 2150, 3020), {4, 20, 40}, 80, 45, QUIET},
    [TOY_PHONE_HH] = {TOY_MANNER_BREATH, false, 100, 0, STEADY(500, 1500, 2500), {20, 15, 20}, 75, 40, QUIET},

    [TOY_PHONE_M] = {NASAL, 45, 45, STEADY(450, 1200, 2200), {5, 20, 20}, 75, 60, QUIET},
    [TOY_PHONE_N] = {NASAL, 40, 45, STEADY(450, 1450, 2500), {5, 30, 25}, 65, 50, QUIET},
    [TOY_PHONE_NG] = {NASAL, 60, 55, STEADY(450, 1700, 2450), {5, 25, 25}, 90, 60, QUIET},

    [TOY_PHONE_F] = {RUSH, false, 45, 45, STEADY(340, 1100, 2080), {20, 12, 15}, 100, 80, {0, 0, 0, 0, 34, 41}},
    [TOY_PHONE_V] = {RUSH, true, 45, 45, STEADY(240, 1100, 2080), {6, 9, 12}, 65, 45, {0, 0, 0, 0, 30, 36}},
    [TOY_PHONE_TH] = {RUSH, false, 40, 45, STEADY(320, 1290, 2540), {20, 9, 20}, 95, 70, {0, 0, 0, 30, 40, 38}},
    [TOY_PHONE_DH] = {RUSH, true, 40, 40, STEADY(270, 1290, 2540), {6, 8, 17}, 50, 35, {0, 0, 0, 26, 33, 32}},
    [TOY_PHONE_S] = {RUSH, false, 40, 45, STEADY(320, 1390, 2530), {20, 8, 20}, 105, 70, {0, 0, 30, 50, 56, 30}},
    [TOY_PHONE_Z] = {RUSH, true, 40, 45, STEADY(260, 1390, 2530), {7, 6, 18}, 75, 50, {0, 0, 26, 45, 51, 26}},
    [TOY_PHONE_SH] = {RUSH, false, 30, 50, STEADY(300, 1840, 2750), {20, 10, 30}, 105, 80, {38, 56, 56, 50, 44, 20}},
    [TOY_PHONE_ZH] = {RUSH, true, 30, 50, STEADY(270, 1840, 2750), {6, 8, 27}, 75, 50, {34, 50, 50, 45, 40, 16}},

    [TOY_PHONE_B] = {STOP, true, 45, 40, STEADY(200, 900, 2150), {6, 11, 13}, 80, 60, {38, 30, 20, 20, 20, 44}},
    [TOY_PHONE_D] = {STOP, true, 35, 45, STEADY(200, 1700, 2700), {6, 10, 17}, 70, 50, {24, 42, 52, 54, 52, 24}},
    [TOY_PHONE_G] = {STOP, true, 65, 55, STEADY(200, 2100, 2500), {6, 15, 28}, 80, 60, {50, 54, 42, 38, 36, 10}},
    [TOY_PHONE_P] = {STOP, false, 45, 40, STEADY(300, 900, 2150), {12, 15, 22}, 90, 60, {42, 34, 24, 24, 24, 46}},
    [TOY_PHONE_T] = {STOP, false, 35, 45, STEADY(300, 1700, 2700), {12, 12, 25}, 80, 55, {24, 42, 54, 58, 58, 30}},
    [TOY_PHONE_K] = {STOP, false, 65, 55, STEADY(300, 2100, 2500), {12, 16, 33}, 85, 60, {54, 57, 44, 42, 40, 10}},
    [TOY_PHONE_CH] = {SNAP, false, 30, 50, STEADY(300, 1840, 2750), {20, 10, 30}, 120, 85, {38, 57, 57, 52, 46, 20}},
    [TOY_PHONE_JH] = {SNAP, true, 30, 50, STEADY(260, 1840, 2750), {6, 8, 27}, 95, 70, {34, 53, 53, 48, 42, 16}},
};
/* clang-format on */
