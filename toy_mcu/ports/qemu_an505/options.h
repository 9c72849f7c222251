/* options.h - the emulated toy's command line (README.md). In two worlds either reads of it what is its own.
 * Out     false: an option that there is not, or a value out of range */
#ifndef QEMU_OPTIONS_H
#define QEMU_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    const char *mic, *speaker;
    uint32_t baud, silence_ms, volume_percent, seed;
    bool open_microphone, has_seed, null_cipher;
} qemu_options_t;

bool qemu_options_parse(qemu_options_t *options, int argc, char **argv);

#endif
