/* fake_home.h - a whole home in a test: a toy, a base station, a cable to pull, a room with sounds.
 * Time moves 20 ms a tick, as in a port. What the speaker plays is told apart by its loudness. */
#ifndef FAKE_HOME_H
#define FAKE_HOME_H

#include "app/toy.h"
#include "fake_base.h"
#include "fake_phrases.h"
#include "fake_port.h"
#include "secure/ear.h"

#define FAKE_HOME_STATES 64u

typedef enum { FAKE_QUIET, FAKE_VOICE, FAKE_ZEROS } fake_sound_t;

typedef struct {
    toy_port_t port;
    fake_base_t base;
    toy_t *toy;
    uint8_t memory[147456];
    const toy_wake_config_t *spotter; /* NULL: it knows no words */
    toy_ear_t ear;
    _Alignas(8) uint8_t ear_memory[73728];
    uint8_t phrases[FAKE_PHRASES_BYTES];
    size_t phrases_bytes;
    bool plugged;          /* the cable */
    uint32_t samples, noise;
    /* seen and heard since the last fake_home_look */
    uint8_t states[FAKE_HOME_STATES];
    unsigned states_count;
    unsigned local_frames, remote_frames; /* of the speaker */
    unsigned errors[TOY_FAULTS];
    unsigned playback_done, playback_interrupted, said, heard;
    const char *brain;
    uint16_t last_turn;
} fake_home_t;

/* A test changes the config before the toy starts, when it gives one. Its ears are new, as after power was off. */
void fake_home_start(fake_home_t *home, bool open_microphone, const toy_config_t *config);
toy_config_t fake_home_config(fake_home_t *home, bool open_microphone);

/* A new home, half a second old; false: its toy has not found the base, or is not at rest. */
bool fake_home_fresh(fake_home_t *home, bool open_microphone);
void fake_home_without_base(fake_home_t *home); /* and a toy that has given up waiting for it */

void fake_home_run(fake_home_t *home, fake_sound_t sound, uint32_t ms);

/* Runs quiet ticks until the toy is in that state; false: not within so long. */
bool fake_home_until(fake_home_t *home, toy_state_t state, uint32_t ms);
bool fake_home_leaves(fake_home_t *home, toy_state_t state, uint32_t ms); /* likewise, until it is not */
bool fake_home_ask(fake_home_t *home); /* a second of voice, then quiet until it has ended the question */
void fake_home_look(fake_home_t *home);
bool fake_home_saw(const fake_home_t *home, const char *letters); /* the states since then, by their first letters */

/* One 20 ms frame of a sound. */
void fake_sound_frame(fake_sound_t sound, uint32_t first_sample, uint32_t *noise, int16_t *samples);

#endif
