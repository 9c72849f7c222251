#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char USAGE[] =
    "plush_toy: the plush as a program, its microphone's clock is its own\n"
    "  --link tcp:PORT|pty    wait for a base station (tcp:0 takes a free port and prints it on stderr)\n"
    "  --mic -|FILE.wav       raw s16le 16 kHz mono on stdin (default), or a file; its end switches the toy off\n"
    "  --speaker -|FILE.wav   raw s16le on stdout (default), 640 bytes out for 640 in, or a file\n"
    "  --wake on|off          on (default): only wake word, paw or control line open a turn; off: any voice does\n"
    "  --control FD           lines in and out on this file descriptor, see README.md\n"
    "  --baud N               921600; bytes of the link are paced by the toy's clock\n"
    "  --seed N               makes all that is random the same in each run\n"
    "  --store FOLDER         keeps settings, offline turns and the pairing's key there\n"
    "  --story FILE           a story model in the toy's format, for the stories that it makes up by itself\n"
    "  --volume PERCENT       100\n"
    "  --silence-ms N         400; so much silence ends a question\n"
    "  --realtime             20 ms a frame\n"
    "  --radio                a bridge at the other end of the link makes Bluetooth LE of it\n"
    "  --null-cipher          for tests alone: frames are not sealed at all\n";

static int wrong(const char *what, const char *value)
{
    fprintf(stderr, "plush_toy: %s %s\n", what, value);
    return 2;
}

static bool number(const char *text, uint64_t most, uint64_t *value)
{
    char *end = NULL;
    *value = strtoull(text, &end, 10);
    return text[0] >= '0' && text[0] <= '9' && *end == '\0' && *value <= most;
}

static int take_number(host_options_t *options, const char *name, const char *text)
{
    uint64_t value = 0;
    bool good = true;
    if (strcmp(name, "--baud") == 0) {
        good = number(text, 100000000u, &value) && value >= 1200u;
        options->baud = (uint32_t)value;
    } else if (strcmp(name, "--seed") == 0) {
        good = number(text, UINT64_MAX, &value);
        options->has_seed = true;
        options->seed = value;
    } else if (strcmp(name, "--volume") == 0) {
        good = number(text, 100u, &value);
        options->volume_percent = (uint8_t)value;
    } else if (strcmp(name, "--silence-ms") == 0) {
        good = number(text, 5000u, &value) && value >= 100u;
        options->silence_ms = (uint32_t)value;
    } else if (strcmp(name, "--control") == 0) {
        good = number(text, 1023u, &value);
        options->control = (int)value;
    } else {
        return wrong("unknown option", name);
    }
    return good ? 0 : wrong(name, "wants another number");
}

static int take(host_options_t *options, const char *name, const char *value)
{
    if (strcmp(name, "--link") == 0) {
        options->link = value;
    } else if (strcmp(name, "--mic") == 0) {
        options->mic = value;
    } else if (strcmp(name, "--speaker") == 0) {
        options->speaker = value;
    } else if (strcmp(name, "--store") == 0) {
        options->store = value;
    } else if (strcmp(name, "--story") == 0) {
        options->story = value;
    } else if (strcmp(name, "--wake") == 0) {
        if (strcmp(value, "on") != 0 && strcmp(value, "off") != 0) {
            return wrong("--wake is on or off, not", value);
        }
        options->open_microphone = strcmp(value, "off") == 0;
    } else {
        return take_number(options, name, value);
    }
    return 0;
}

int host_options_parse(host_options_t *options, int argc, char **argv)
{
    *options = (host_options_t){
        .mic = "-", .speaker = "-", .baud = 921600u, .volume_percent = 100u, .control = -1};
    for (int i = 1; i < argc; ++i) {
        if (strcmp(argv[i], "--help") == 0) {
            fputs(USAGE, stderr);
            return 2;
        }
        if (strcmp(argv[i], "--realtime") == 0) {
            options->realtime = true;
            continue;
        }
        if (strcmp(argv[i], "--radio") == 0) {
            options->radio = true;
            continue;
        }
        if (strcmp(argv[i], "--null-cipher") == 0) {
            options->null_cipher = true;
            continue;
        }
        if (i + 1 == argc) {
            return wrong("no value, or unknown option:", argv[i]);
        }
        int code = take(options, argv[i], argv[i + 1]);
        if (code != 0) {
            return code;
        }
        ++i;
    }
    return 0;
}
