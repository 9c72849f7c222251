/* fake_port.h - toy_port.h for tests: time stands still until a test moves it. */
#ifndef FAKE_PORT_H
#define FAKE_PORT_H

#include <stdbool.h>

#include "port/toy_port.h"

#define FAKE_RECORDS 9u
#define FAKE_RECORD_BYTES 4096u

struct toy_port {
    uint32_t now_ms;
    uint32_t random;
    bool store_refuses, random_refuses;
    _Alignas(8) uint8_t records[FAKE_RECORDS][FAKE_RECORD_BYTES];
    size_t record_bytes[FAKE_RECORDS];
    unsigned writes, lines, alive;
    uint8_t led[3];
};

#endif
