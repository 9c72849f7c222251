#include "voice/phones.h"

/* clang-format off */
#define STEADY(a, b, c) {a, b, c}, {a, b, c}
#define QUIET {0, 0, 0, 0, 0, 0}
#define VOWEL TOY_MANNER_VOWEL, true
#define GLIDE TOY_MANNER_GLIDE, true
#define NASAL TOY_MANNER_NASAL, true
#define RUSH TOY_MANNER_FRICATIVE
#define STOP TOY_MANNER_STOP
#define SNAP TOY_MANNER_AFFRICATE

const toy_phone_t toy_phones[TOY_PHONES] = {
    /*          manner voiced voice pull reach  F1..F3 first, F1..F3 last            widths/10      usual least  A2..A6, AB */
    [TOY_PHONE_SILENCE] = {TOY_MANNER_SILENCE, false, 0, 100, 0, STEADY(500, 1500, 2500), {8, 10, 15}, 200, 20, QUIET},
    [TOY_PHONE_AA] = {VOWEL, 100, 50, 50, STEADY(765, 1190, 2720), {13, 7, 10}, 240, 100, QUIET},
    [TOY_PHONE_AE] = {VOWEL, 100, 50, 50, {640, 1720, 2430}, {680, 1560, 2450}, {7, 12, 25}, 230, 80, QUIET},
    [TOY_PHONE_AH] = {VOWEL, 121, 50, 26, STEADY(552, 1371, 2703), {8, 11, 7}, 140, 60, QUIET},
    [TOY_PHONE_AO] = {VOWEL, 100, 50, 50, {625, 885, 2500}, {640, 915, 2550}, {9, 10, 10}, 240, 100, QUIET},
    [TOY_PHONE_AW] = {VOWEL, 100, 50, 50, {690, 1280, 2550}, {430, 940, 2350}, {8, 8, 14}, 260, 100, QUIET},
    [TOY_PHONE_AY] = {VOWEL, 100, 50, 50, {730, 1280, 2520}, {540, 1750, 2550}, {10, 8, 20}, 220, 110, QUIET},
    [TOY_PHONE_EH] = {VOWEL, 121, 50, 50, {540, 1604, 2500}, {615, 1620, 2510}, {6, 16, 20}, 150, 70, QUIET},
    [TOY_PHONE_ER] = {VOWEL, 100, 50, 50, {470, 1290, 1600}, {430, 1300, 1570}, {8, 6, 11}, 180, 80, QUIET},
    [TOY_PHONE_EY] = {VOWEL, 100, 50, 50, {480, 1800, 2520}, {330, 2150, 2650}, {7, 10, 20}, 190, 70, QUIET},
    [TOY_PHONE_IH] = {VOWEL, 121, 50, 50, {377, 1850, 2724}, {440, 1750, 2580}, {5, 19, 14}, 135, 40, QUIET},
    [TOY_PHONE_IY] = {VOWEL, 100, 50, 50, {310, 2120, 2960}, {285, 2200, 2960}, {5, 15, 30}, 155, 55, QUIET},
    [TOY_PHONE_OW] = {VOWEL, 100, 50, 50, {560, 1150, 2400}, {430, 930, 2350}, {8, 7, 8}, 180, 80, QUIET},
    [TOY_PHONE_OY] = {VOWEL, 100, 50, 50, {550, 900, 2400}, {360, 1850, 2450}, {8, 6, 14}, 280, 130, QUIET},
    [TOY_PHONE_UH] = {VOWEL, 100, 50, 50, {450, 1100, 2350}, {480, 1160, 2380}, {8, 10, 8}, 160, 60, QUIET},
    [TOY_PHONE_UW] = {VOWEL, 100, 50, 50, {340, 1350, 2300}, {320, 1100, 2250}, {7, 11, 10}, 210, 70, QUIET},
    [TOY_PHONE_AX] = {VOWEL, 121, 50, 50, STEADY(445, 1450, 2650), {15, 8, 10}, 90, 45, QUIET},

    [TOY_PHONE_L] = {GLIDE, 85, 49, 46, STEADY(483, 1060, 3090), {11, 16, 25}, 80, 45, QUIET},
    [TOY_PHONE_R] = {GLIDE, 85, 25, 70, STEADY(392, 1230, 1717), {8, 11, 8}, 80, 40, QUIET},
    [TOY_PHONE_W] = {GLIDE, 85, 25, 70, STEADY(370, 830, 2150), {8, 16, 10}, 80, 55, QUIET},
    [TOY_PHONE_Y] = {GLIDE, 85, 25, 70, STEADY(290, 2120, 2900), {6, 20, 30}, 80, 45, QUIET},
    [TOY_PHONE_HH] = {TOY_MANNER_BREATH, false, 20, 100, 0, STEADY(500, 1500, 2500), {20, 15, 20}, 75, 40, QUIET},

    [TOY_PHONE_M] = {NASAL, 112, 45, 45, STEADY(450, 1200, 2100), {15, 25, 20}, 75, 60, QUIET},
    [TOY_PHONE_N] = {NASAL, 105, 40, 33, STEADY(477, 1484, 2450), {11, 33, 11}, 65, 50, QUIET},
    [TOY_PHONE_NG] = {NASAL, 90, 60, 55, STEADY(450, 1700, 2450), {5, 25, 25}, 90, 60, QUIET},

    [TOY_PHONE_F] = {RUSH, false, 0, 45, 45, STEADY(340, 1100, 2080), {20, 12, 15}, 100, 80, {0, 0, 0, 0, 34, 38}},
    [TOY_PHONE_V] = {RUSH, true, 26, 45, 45, STEADY(330, 1100, 2080), {6, 9, 12}, 65, 45, {0, 0, 0, 0, 26, 30}},
    [TOY_PHONE_TH] = {RUSH, false, 0, 40, 45, STEADY(320, 1290, 2540), {20, 9, 20}, 95, 70, {0, 0, 0, 26, 36, 35}},
    [TOY_PHONE_DH] = {RUSH, true, 26, 40, 40, STEADY(340, 1290, 2540), {6, 8, 17}, 50, 35, {0, 0, 0, 22, 30, 30}},
    [TOY_PHONE_S] = {RUSH, false, 0, 40, 45, STEADY(320, 1390, 2530), {20, 8, 20}, 105, 70, {0, 0, 46, 56, 54, 34}},
    [TOY_PHONE_Z] = {RUSH, true, 20, 40, 45, STEADY(310, 1390, 2530), {7, 6, 18}, 75, 50, {0, 0, 42, 52, 50, 30}},
    [TOY_PHONE_SH] = {RUSH, false, 0, 30, 50, STEADY(300, 1840, 2750), {20, 10, 30}, 105, 80, {38, 56, 56, 50, 44, 20}},
    [TOY_PHONE_ZH] = {RUSH, true, 20, 30, 50, STEADY(270, 1840, 2750), {6, 8, 27}, 75, 50, {34, 50, 50, 45, 40, 16}},

    [TOY_PHONE_B] = {STOP, true, 22, 45, 40, STEADY(200, 900, 2150), {6, 11, 13}, 80, 60, {34, 26, 14, 14, 14, 34}},
    [TOY_PHONE_D] = {STOP, true, 22, 35, 33, STEADY(200, 1700, 2547), {4, 10, 17}, 70, 50, {24, 38, 44, 40, 36, 18}},
    [TOY_PHONE_G] = {STOP, true, 22, 65, 55, STEADY(200, 2100, 2500), {6, 15, 28}, 80, 60, {52, 52, 40, 36, 34, 10}},
    [TOY_PHONE_P] = {STOP, false, 0, 45, 28, STEADY(300, 900, 2150), {12, 15, 22}, 90, 60, {38, 28, 16, 16, 16, 40}},
    [TOY_PHONE_T] = {STOP, false, 0, 23, 45, STEADY(300, 1700, 2700), {12, 12, 25}, 80, 55, {24, 40, 52, 52, 48, 28}},
    [TOY_PHONE_K] = {STOP, false, 0, 65, 43, STEADY(300, 2100, 2225), {12, 9, 33}, 85, 60, {56, 48, 34, 36, 34, 10}},
    [TOY_PHONE_CH] = {SNAP, false, 0, 30, 50, STEADY(300, 1840, 2750), {20, 10, 30}, 120, 85, {38, 57, 57, 52, 46, 20}},
    [TOY_PHONE_JH] = {SNAP, true, 22, 30, 50, STEADY(260, 1840, 2750), {6, 8, 27}, 95, 70, {34, 53, 53, 48, 42, 16}},
};
/* clang-format on */
