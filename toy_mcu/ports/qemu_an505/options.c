#include "options.h"

#include <stdlib.h>
#include <string.h>

bool qemu_options_parse(qemu_options_t *options, int argc, char **argv)
{
    *options = (qemu_options_t){.mic = "/dev/stdin", .speaker = "/dev/stdout", .baud = 921600u, .volume_percent = 100u};
    for (int i = 1; i + 1 < argc; i += 2) {
        const char *name = argv[i], *value = argv[i + 1];
        uint32_t number = (uint32_t)strtoul(value, NULL, 10);
        if (strcmp(name, "--mic") == 0) {
            options->mic = value;
        } else if (strcmp(name, "--speaker") == 0) {
            options->speaker = value;
        } else if (strcmp(name, "--wake") == 0) {
            options->open_microphone = strcmp(value, "off") == 0;
        } else if (strcmp(name, "--cipher") == 0) {
            options->null_cipher = strcmp(value, "null") == 0;
        } else if (strcmp(name, "--baud") == 0) {
            options->baud = number;
        } else if (strcmp(name, "--seed") == 0) {
            options->seed = number;
            options->has_seed = true;
        } else if (strcmp(name, "--silence-ms") == 0) {
            options->silence_ms = number;
        } else if (strcmp(name, "--volume") == 0) {
            options->volume_percent = number;
        } else {
            return false;
        }
    }
    return argc % 2 == 1 && options->baud >= 1200u && options->baud <= 4000000u && options->volume_percent <= 100u;
}
