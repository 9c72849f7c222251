/* sound_files.h - the microphone and the speaker as pipes or WAV files.
 * In      raw s16le 16 kHz mono ("-"), or a WAV file of exactly that
 * Out     frames of 320 samples; the last one of a file is filled up with quiet
 * Errors  open: one line on stderr and false; read: false at the end */
#ifndef TOY_HOST_SOUND_FILES_H
#define TOY_HOST_SOUND_FILES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define HOST_FRAME_SAMPLES 320

typedef struct {
    FILE *file;
    bool is_pipe;
    uint32_t left_samples; /* of a file */
    uint32_t noise;        /* the quiet of a room: no microphone sends zeros */
} host_mic_t;

typedef struct {
    FILE *file;
    bool is_pipe;
    uint32_t samples;
} host_speaker_t;

bool host_mic_open(host_mic_t *mic, const char *path);
bool host_mic_read(host_mic_t *mic, int16_t samples[HOST_FRAME_SAMPLES]);
void host_mic_quiet(host_mic_t *mic, int16_t *samples, unsigned count);

bool host_speaker_open(host_speaker_t *speaker, const char *path);
bool host_speaker_write(host_speaker_t *speaker, const int16_t samples[HOST_FRAME_SAMPLES]);
bool host_speaker_close(host_speaker_t *speaker);

#endif
