/* registers.h - one way to write a register: the board's is a store, the tests' writes it down. */
#ifndef RP2350_REGISTERS_H
#define RP2350_REGISTERS_H

#include <stdint.h>

typedef struct {
    void *context;
    void (*write)(void *context, uint32_t offset, uint32_t value); /* offset within the peripheral */
} rp_registers_t;

#endif
