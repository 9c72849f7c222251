/* partition.h - who owns which memory of mps2-an505: the secure world's small share, and the rest. Both fit 520 KB of RAM.
 * In      -
 * Out     partition_close(): SAU, memory protection controllers, the gateway's veneers; before anything else runs
 * Errors  none; what the non-secure world touches outside its share is a SecureFault
 * Source  ARMv8-M ARM, AN505; ports/rp2350's table is the same split */
#ifndef QEMU_PARTITION_H
#define QEMU_PARTITION_H

#include <stdbool.h>
#include <stdint.h>

#define PARTITION_SECURE_CODE 0x10000000u /* 1 MB */
#define PARTITION_VENEERS 0x10100000u     /* 4 KB, non-secure callable */
#define PARTITION_CODE 0x00200000u        /* 2 MB, non-secure */
#define PARTITION_CODE_END 0x00400000u
#define PARTITION_SECURE_RAM 0x38000000u
#define PARTITION_SECURE_RAM_BYTES (128u * 1024u)
#define PARTITION_RAM 0x28200000u /* non-secure */
#define PARTITION_RAM_BYTES (392u * 1024u)

void partition_close(void);

#endif
