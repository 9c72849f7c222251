/* peripherals.h - where this image's peripherals are: a program in the secure world has others than the rest of a toy.
 * Its own data says which world that is (memory.ld, trustzone/partition.h). */
#ifndef QEMU_PERIPHERALS_H
#define QEMU_PERIPHERALS_H

#include <stdint.h>

extern uint8_t qemu_data_low[];

#define QEMU_SECURE_BIT 0x10000000u
#define QEMU_PERIPHERALS (0x40000000u | ((uint32_t)(uintptr_t)qemu_data_low & QEMU_SECURE_BIT))

#endif
