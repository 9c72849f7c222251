/* worlds.h - which memory and which peripherals of the RP2350 the secure world keeps, as the tables that SAU, the DMA's MPU
 * and ACCESSCTRL would be set from.
 * In      -
 * Out     rp_worlds_memory[], rp_worlds_peripherals[], rp_worlds_secure_pins (GPIO_NSMASK0 is all the others);
 *         rp_worlds_check() says whether they hold together
 * Errors  rp_worlds_check: TOY_ERR_ARG with the row that is wrong
 * Source  RP2350 datasheet, "Memory map", "ACCESSCTRL"; the same split as ports/qemu_an505/trustzone/partition.h
 * NOT ENFORCED: today's image runs in one world. The table is here so that its sizes are kept to; it counts once an image
 * sets it and has been tried on silicon. SRAM0..3 and SRAM4..7 are striped, so ACCESSCTRL cannot cut inside them: there the
 * SAU (cores) and the DMA's own MPU (DMA) draw the line. */
#ifndef RP_WORLDS_H
#define RP_WORLDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

typedef enum { RP_WORLD_SECURE, RP_WORLD_VENEERS, RP_WORLD_REST } rp_world_t;

typedef struct {
    const char *name;
    uint32_t first, end; /* end: just behind it */
    rp_world_t world;
} rp_memory_t;

typedef struct {
    const char *name;
    uint16_t offset; /* of its register in ACCESSCTRL */
    rp_world_t world;
} rp_peripheral_t;

#define RP_WORLDS_MEMORY 7u
#define RP_WORLDS_PERIPHERALS 14u
#define RP_SAU_REGIONS 8u
#define RP_SRAM_FIRST 0x20000000u
#define RP_SRAM_END 0x20082000u

extern const rp_memory_t rp_worlds_memory[RP_WORLDS_MEMORY];
extern const rp_peripheral_t rp_worlds_peripherals[RP_WORLDS_PERIPHERALS];
extern const uint32_t rp_worlds_secure_pins; /* microphone and its light, paw, mute switch: what opens the ear and what it hears */

/* Rows in order and without gaps inside SRAM, on 32-byte bounds, no more than SAU has regions for; what holds a secret is
 * secure. wrong: the row's number. */
TOY_MUST_USE toy_status_t rp_worlds_check(const rp_memory_t *memory, size_t count, size_t *wrong);

#endif
