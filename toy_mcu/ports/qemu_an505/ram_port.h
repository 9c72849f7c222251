/* ram_port.h - what the ports of both worlds have alike in an emulator: records in RAM, and a seeded generator instead of noise.
 * In      a record's place in RAM and how much of it is written; a state of 64 bits
 * Out     as toy_port_store_read(), toy_port_store_write() and toy_port_random() of port/toy_port.h
 * Memory  the caller's
 * Errors  TOY_ERR_EMPTY never written, TOY_ERR_MEMORY no room in the caller's buffer, TOY_ERR_ARG too much or nothing to write
 * Source  splitmix64 (Steele et al. 2014): an emulator has no better one, and its keys guard nothing */
#ifndef QEMU_RAM_PORT_H
#define QEMU_RAM_PORT_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

TOY_MUST_USE toy_status_t ram_read(const void *record, size_t written, void *bytes, size_t *count);
TOY_MUST_USE toy_status_t ram_write(void *record, size_t room, size_t *written, const void *bytes, size_t count);
void ram_random(uint64_t *state, void *bytes, size_t count);

#endif
