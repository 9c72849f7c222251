/* register_capture.h - a peripheral that writes down what is written to it, in order. */
#ifndef REGISTER_CAPTURE_H
#define REGISTER_CAPTURE_H

#include "rp2350/logic/registers.h"

typedef struct {
    uint32_t offset[8], value[8];
    unsigned count;
} capture_t;

static void capture(void *context, uint32_t offset, uint32_t value)
{
    capture_t *into = context;
    into->offset[into->count % 8u] = offset;
    into->value[into->count++ % 8u] = value;
}

#endif
