#include "sound_files.h"

#include <stdlib.h>
#include <string.h>

/* A PC that runs this is little endian, as are both formats. */

static uint32_t u32_at(const uint8_t *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static bool complain(const char *path, const char *what)
{
    fprintf(stderr, "plush_toy: %s: %s\n", path, what);
    return false;
}

static bool skip(FILE *file, uint32_t count)
{
    while (count-- > 0u) {
        if (fgetc(file) == EOF) {
            return false;
        }
    }
    return true;
}

/* Leaves the file at its first sample. */
static bool find_samples(FILE *file, const char *path, uint32_t *samples)
{
    uint8_t head[12], format[16];
    bool has_format = false;
    if (fread(head, 1, 12, file) != 12u || memcmp(head, "RIFF", 4) != 0 || memcmp(head + 8, "WAVE", 4) != 0) {
        return complain(path, "not a WAV file");
    }
    while (fread(head, 1, 8, file) == 8u) {
        uint32_t bytes = u32_at(head + 4);
        if (memcmp(head, "fmt ", 4) == 0 && bytes >= 16u && fread(format, 1, 16, file) == 16u) {
            has_format = true;
            bytes -= 16u;
        } else if (memcmp(head, "data", 4) == 0) {
            *samples = bytes / 2u;
            bool ours = has_format && u32_at(format) == 0x00010001u && u32_at(format + 4) == 16000u &&
                        format[14] == 16u && format[15] == 0u;
            return ours || complain(path, "not 16 kHz mono, 16 bit PCM");
        }
        if (!skip(file, bytes + (bytes & 1u))) {
            break;
        }
    }
    return complain(path, "a WAV file without sound");
}

bool host_mic_open(host_mic_t *mic, const char *path)
{
    *mic = (host_mic_t){.noise = 1u, .is_pipe = strcmp(path, "-") == 0};
    mic->file = mic->is_pipe ? stdin : fopen(path, "rb");
    if (mic->file == NULL) {
        return complain(path, "cannot be read");
    }
    return mic->is_pipe || find_samples(mic->file, path, &mic->left_samples);
}

void host_mic_quiet(host_mic_t *mic, int16_t *samples, unsigned count)
{
    for (unsigned i = 0; i < count; ++i) {
        mic->noise = mic->noise * 1664525u + 1013904223u;
        samples[i] = (int16_t)((int)(mic->noise >> 30) - 1);
    }
}

bool host_mic_read(host_mic_t *mic, int16_t samples[HOST_FRAME_SAMPLES])
{
    if (mic->is_pipe) {
        return fread(samples, sizeof *samples, HOST_FRAME_SAMPLES, mic->file) == HOST_FRAME_SAMPLES;
    }
    uint32_t wanted = mic->left_samples < HOST_FRAME_SAMPLES ? mic->left_samples : HOST_FRAME_SAMPLES;
    uint32_t got = (uint32_t)fread(samples, sizeof *samples, wanted, mic->file);
    mic->left_samples = got < wanted ? 0u : mic->left_samples - got;
    host_mic_quiet(mic, samples + got, HOST_FRAME_SAMPLES - got);
    return got > 0u;
}

static bool write_header(FILE *file, uint32_t samples)
{
    uint32_t bytes = samples * 2u;
    uint8_t head[44] = "RIFF....WAVEfmt \x10\0\0\0\1\0\1\0\x80\x3e\0\0\0\x7d\0\0\2\0\x10\0data....";
    for (unsigned i = 0; i < 4u; ++i) {
        head[4u + i] = (uint8_t)((bytes + 36u) >> (8u * i));
        head[40u + i] = (uint8_t)(bytes >> (8u * i));
    }
    return fwrite(head, 1, sizeof head, file) == sizeof head;
}

bool host_speaker_open(host_speaker_t *speaker, const char *path)
{
    *speaker = (host_speaker_t){.is_pipe = strcmp(path, "-") == 0};
    speaker->file = speaker->is_pipe ? stdout : fopen(path, "wb");
    if (speaker->file == NULL) {
        return complain(path, "cannot be written");
    }
    return speaker->is_pipe || write_header(speaker->file, 0);
}

bool host_speaker_write(host_speaker_t *speaker, const int16_t samples[HOST_FRAME_SAMPLES])
{
    speaker->samples += HOST_FRAME_SAMPLES;
    bool written = fwrite(samples, sizeof *samples, HOST_FRAME_SAMPLES, speaker->file) == HOST_FRAME_SAMPLES;
    return written && (!speaker->is_pipe || fflush(speaker->file) == 0);
}

bool host_speaker_close(host_speaker_t *speaker)
{
    if (speaker->is_pipe) {
        return fflush(speaker->file) == 0;
    }
    bool good = fseek(speaker->file, 0, SEEK_SET) == 0 && write_header(speaker->file, speaker->samples);
    return fclose(speaker->file) == 0 && good;
}
