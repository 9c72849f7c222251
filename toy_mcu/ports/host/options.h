/* options.h - the virtual plush's command line.
 * In      argv
 * Out     options, checked; on a mistake one line on stderr and exit code 2 */
#ifndef TOY_HOST_OPTIONS_H
#define TOY_HOST_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    const char *link;      /* "tcp:PORT", "pty" or NULL: no base station */
    const char *mic;       /* "-": raw s16le on stdin; else a WAV file */
    const char *speaker;   /* "-": raw s16le on stdout; else a WAV file */
    const char *store;     /* folder for what survives power loss; NULL: nothing does */
    const char *story;     /* story model of models/FORMAT.md; NULL: the one that the build linked, if any */
    bool realtime;         /* a frame takes 20 ms, whatever the microphone is */
    bool open_microphone;  /* --wake off: the toy listens at once */
    bool radio;            /* a bridge at the other end of the link makes BLE of it */
    bool null_cipher;      /* seals with nothing: for tests that show what a tap then sees */
    uint32_t baud;
    uint32_t silence_ms;   /* that ends a question; 0: the toy's own */
    uint8_t volume_percent;
    bool has_seed;
    uint64_t seed;
    int control;           /* file descriptor, -1: none */
} host_options_t;

/* 0, or the exit code to leave with. */
int host_options_parse(host_options_t *options, int argc, char **argv);

#endif
