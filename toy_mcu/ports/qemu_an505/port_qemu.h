/* port_qemu.h - toy_port.h in QEMU: a clock that the microphone drives, records in RAM alone, a seeded generator. */
#ifndef QEMU_PORT_QEMU_H
#define QEMU_PORT_QEMU_H

#include <stdbool.h>
#include <stdint.h>

#include "port/toy_port.h"

#define QEMU_RECORDS 9u
#define QEMU_RECORD_BYTES 4096u

struct toy_port {
    uint32_t now_ms; /* moved on by toy_main.c, 20 ms a microphone frame */
    uint64_t random;
    size_t record_bytes[QEMU_RECORDS]; /* 0: never written */
    uint8_t led[3];
    bool led_changed;
    uint8_t (*records)[QEMU_RECORD_BYTES]; /* stands for flash, so it lies in PSRAM and not in the toy's RAM */
};

#endif
