/* Buttons, lights, motor and microphone of the board, round by round. */
#include "rp2350/logic/buttons.h"
#include "rp2350/logic/lamps.h"
#include "rp2350/logic/microphone.h"
#include "rp2350/logic/watch.h"
#include "toy_test.h"

static void bounce_is_one_press(void)
{
    static const bool pin[16] = {1, 0, 1, 0, 1, 1, 1, 1, 0, 1, 1, 0, 0, 0, 0, 0}; /* every 10 ms */
    rp_button_t button = {0};
    unsigned presses = 0;
    for (unsigned i = 0; i < 16u; ++i) {
        presses += rp_button_step(&button, pin[i], 10, true) ? 1u : 0u;
        TOY_CHECK_INT(button.down, i >= 6u && i < 13u); /* 30 ms of the same */
    }
    TOY_CHECK_INT(presses, 1);
}

static void held_it_repeats_and_only_where_it_should(void)
{
    rp_button_t louder = {0}, paw = {0};
    unsigned louder_events = 0, paw_events = 0;
    for (unsigned i = 0; i < 100u; ++i) { /* 2 s */
        louder_events += rp_button_step(&louder, true, 20, true) ? 1u : 0u;
        paw_events += rp_button_step(&paw, true, 20, false) ? 1u : 0u;
    }
    TOY_CHECK_INT(paw_events, 1);
    TOY_CHECK_INT(louder_events, 1 + 1 + (2000 - 40 - 600) / 200); /* the press; after 600 ms; every 200 ms */
}

static void volume_stops_at_its_ends(void)
{
    TOY_CHECK_INT(rp_volume_step(95, true, false), 100);
    TOY_CHECK_INT(rp_volume_step(100, true, false), 100);
    TOY_CHECK_INT(rp_volume_step(5, false, true), 0);
    TOY_CHECK_INT(rp_volume_step(0, false, true), 0);
    TOY_CHECK_INT(rp_volume_step(50, false, false), 50);
}

/* ---- lights and motor ---------------------------------------------------------------------------------- */

static void steady_when_at_rest(void)
{
    rp_lamps_t lamps = {0};
    rp_colour_t lights[12];
    const rp_mood_t mood = {.colour = {120, 0, 7}, .level = 30000};
    for (unsigned i = 0; i < 10u; ++i) {
        TOY_CHECK_INT(rp_lamps_step(&lamps, &mood, lights, 12), 0); /* no speech, no motion, however loud */
        TOY_CHECK(lights[11].red == 120 && lights[11].green == 0 && lights[11].blue == 7);
    }
}

static void lights_and_motor_follow_the_voice(void)
{
    rp_lamps_t lamps = {0};
    rp_colour_t lights[1];
    rp_mood_t mood = {.colour = {200, 100, 0}, .speaking = true, .level = 16384};
    const uint8_t loud = rp_lamps_step(&lamps, &mood, lights, 1);
    TOY_CHECK_INT(loud, 255);
    TOY_CHECK_INT(lights[0].red, 200);
    mood.level = 0;
    uint8_t last = loud;
    for (unsigned i = 0; i < 60u; ++i) { /* down, never up, and never dark while it speaks */
        const uint8_t now = rp_lamps_step(&lamps, &mood, lights, 1);
        TOY_CHECK(now <= last);
        TOY_CHECK(lights[0].red >= 200 * 48 / 255);
        last = now;
    }
    TOY_CHECK(last < 5);
}

static void it_nudges_once_when_it_begins_to_think(void)
{
    rp_lamps_t lamps = {0};
    rp_colour_t lights[1];
    rp_mood_t mood = {.thinking = true};
    for (unsigned i = 0; i < 50u; ++i) {
        TOY_CHECK_INT(rp_lamps_step(&lamps, &mood, lights, 1), i < 5u ? 110 : 0); /* 100 ms */
    }
    mood.thinking = false;
    TOY_CHECK_INT(rp_lamps_step(&lamps, &mood, lights, 1), 0);
    mood = (rp_mood_t){.thinking = true, .is_cut = true};
    TOY_CHECK_INT(rp_lamps_step(&lamps, &mood, lights, 1), 0); /* and not what is cut */
}

static void what_is_wrong_is_seen_first(void)
{
    rp_lamps_t lamps = {0};
    rp_colour_t lights[12];
    rp_mood_t mood = {.colour = {200, 100, 50}, .speaking = true, .is_cut = true, .level = 20000};
    unsigned lit = 0;
    for (unsigned i = 0; i < 100u; ++i) {
        TOY_CHECK_INT(rp_lamps_step(&lamps, &mood, lights, 12), 0);
        TOY_CHECK(lights[1].red == 0 && lights[0].blue == 0);
        lit += lights[0].red > 30 ? 1u : 0u;
    }
    TOY_CHECK(lit > 30u && lit < 70u); /* breathing */
    mood.cell_empty = true;
    lit = 0;
    for (unsigned i = 0; i < 200u; ++i) { /* one period of 4 s */
        TOY_CHECK_INT(rp_lamps_step(&lamps, &mood, lights, 12), 0);
        TOY_CHECK(lights[1].red == 0);
        lit += lights[0].red != 0 ? 1u : 0u;
    }
    TOY_CHECK_INT(lit, 25);
}

static void level_is_the_loudest_sample(void)
{
    static int16_t samples[TOY_FRAME_SAMPLES];
    TOY_CHECK_INT(rp_level(samples), 0);
    samples[17] = -1200;
    samples[18] = 1100;
    TOY_CHECK_INT(rp_level(samples), 1200);
    samples[319] = INT16_MIN;
    TOY_CHECK_INT(rp_level(samples), 32767);
}

/* ---- microphone ---------------------------------------------------------------------------------------- */

static uint32_t words[RP_MIC_FRAME_WORDS];
static int16_t heard[TOY_FRAME_SAMPLES];

/* A square wave on top of an offset, 24 bits; the other side holds rubbish. */
static void feed(rp_microphone_t *mic, int32_t offset, int32_t size)
{
    for (unsigned i = 0; i < TOY_FRAME_SAMPLES; ++i) {
        const int32_t sample = offset + (i / 8u % 2u != 0u ? size : -size);
        words[2u * i + (mic->right ? 1u : 0u)] = (uint32_t)sample << 8 | 0x5Au; /* what a microphone leaves behind */
        words[2u * i + (mic->right ? 0u : 1u)] = 0x7FFFFF00u;
    }
    rp_microphone_frame(mic, words, heard);
}

static void the_offset_goes_and_the_gain_comes(void)
{
    for (unsigned side = 0; side < 2u; ++side) {
        rp_microphone_t mic = {.right = side == 1u};
        for (unsigned i = 0; i < 60u; ++i) {
            feed(&mic, 40000, 3200);
        }
        int32_t most = -40000, least = 40000;
        for (unsigned i = 0; i < TOY_FRAME_SAMPLES; ++i) {
            most = heard[i] > most ? heard[i] : most;
            least = heard[i] < least ? heard[i] : least;
        }
        TOY_CHECK(most >= 190 && most <= 210); /* 3200 / 256 * 16 = 200 */
        TOY_CHECK(least <= -190 && least >= -210);
    }
}

static void loud_sound_is_clipped_not_wrapped(void)
{
    rp_microphone_t mic = {0};
    feed(&mic, 0, 8000000);
    for (unsigned i = 8; i < TOY_FRAME_SAMPLES; ++i) {
        TOY_CHECK(i / 8u % 2u != 0u ? heard[i] > 30000 : heard[i] < -30000);
    }
}

static void the_first_frame_is_no_thump(void)
{
    rp_microphone_t mic = {0};
    feed(&mic, 500000, 0);
    for (unsigned i = 0; i < TOY_FRAME_SAMPLES; ++i) {
        TOY_CHECK(heard[i] >= -1 && heard[i] <= 1);
    }
}

/* ---- watchdog ------------------------------------------------------------------------------------------ */

static void one_silent_task_starves_the_watchdog(void)
{
    for (unsigned silent = 0; silent < RP_TASKS; ++silent) {
        rp_watch_t watch = {0};
        for (unsigned round = 0; round < 5u; ++round) {
            for (unsigned task = 0; task < RP_TASKS; ++task) {
                if (task != silent) {
                    rp_watch_seen(&watch, (rp_task_t)task);
                }
            }
            TOY_CHECK(!rp_watch_all(&watch));
        }
        rp_watch_seen(&watch, (rp_task_t)silent);
        TOY_CHECK(rp_watch_all(&watch));
        TOY_CHECK(!rp_watch_all(&watch)); /* each feeding asks all anew */
    }
}

int main(void)
{
    TOY_RUN(bounce_is_one_press);
    TOY_RUN(held_it_repeats_and_only_where_it_should);
    TOY_RUN(volume_stops_at_its_ends);
    TOY_RUN(steady_when_at_rest);
    TOY_RUN(lights_and_motor_follow_the_voice);
    TOY_RUN(it_nudges_once_when_it_begins_to_think);
    TOY_RUN(what_is_wrong_is_seen_first);
    TOY_RUN(level_is_the_loudest_sample);
    TOY_RUN(the_offset_goes_and_the_gain_comes);
    TOY_RUN(loud_sound_is_clipped_not_wrapped);
    TOY_RUN(the_first_frame_is_no_thump);
    TOY_RUN(one_silent_task_starves_the_watchdog);
    TOY_DONE();
}
