/* say_options.h - the settings of plush_say, the same on the host and in QEMU.
 * In      a name such as "--pitch" and its number
 * Out     the number in its place of the voice's configuration; toy_voice_init() judges it
 * Memory  none */
#ifndef TOY_PORTS_SAY_OPTIONS_H
#define TOY_PORTS_SAY_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "voice/voice.h"

#define SAY_NUMBER_MOST 500u

/* false: there is no such setting. */
static inline bool say_option(toy_voice_config_t *config, const char *name, unsigned long number)
{
    uint8_t small = (uint8_t)(number > 255u ? 255u : number);
    if (strcmp(name, "--pitch") == 0) {
        config->style.pitch_hz = (uint16_t)number;
    } else if (strcmp(name, "--speed") == 0) {
        config->style.speed_percent = small;
    } else if (strcmp(name, "--lively") == 0) {
        config->style.lively_percent = small;
    } else if (strcmp(name, "--size") == 0) {
        config->size_percent = small;
    } else {
        return false;
    }
    return true;
}

#endif
