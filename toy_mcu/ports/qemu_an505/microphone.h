/* microphone.h - what stands for the microphone and its DMA: a file or pipe of the host, s16le, 16 kHz, mono.
 * Out     a frame, waiting for it as long as it takes; false: the sound has ended
 * Source  semihosting, a debugger's door that QEMU opens to both worlds; no board has it */
#ifndef QEMU_MICROPHONE_H
#define QEMU_MICROPHONE_H

#include <stdbool.h>
#include <stdint.h>

#include "audio/format.h"

bool qemu_microphone_open(const char *path);
bool qemu_microphone_read(int16_t samples[TOY_FRAME_SAMPLES]);

#endif
