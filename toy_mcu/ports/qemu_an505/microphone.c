#include "microphone.h"

#include "semihosting.h"

static int handle = -1;

bool qemu_microphone_open(const char *path)
{
    handle = semihosting_open(path, SEMIHOSTING_READ);
    return handle >= 0;
}

bool qemu_microphone_read(int16_t samples[TOY_FRAME_SAMPLES])
{
    uint8_t *at = (uint8_t *)samples;
    size_t missing = TOY_FRAME_SAMPLES * sizeof *samples;
    while (missing > 0u) {
        int count = semihosting_read(handle, at, missing);
        if (count <= 0) {
            return false;
        }
        at += count;
        missing -= (size_t)count;
    }
    return true;
}
