#include "rp2350/logic/worlds.h"

#include "rp2350/boards/pins.h"

const rp_memory_t rp_worlds_memory[RP_WORLDS_MEMORY] = {
    {"secure code", 0x10000000u, 0x100FF000u, RP_WORLD_SECURE},
    {"veneers", 0x100FF000u, 0x10100000u, RP_WORLD_VENEERS},
    {"the rest's code", 0x10100000u, 0x11000000u, RP_WORLD_REST},
    {"PSRAM", 0x11000000u, 0x11800000u, RP_WORLD_REST},
    {"keys, seal, microphone ring, wake word", 0x20000000u, 0x20020000u, RP_WORLD_SECURE},
    {"the rest's SRAM", 0x20020000u, 0x20082000u, RP_WORLD_REST},
    {"peripherals, by ACCESSCTRL", 0x40000000u, 0x50400000u, RP_WORLD_REST},
};

const rp_peripheral_t rp_worlds_peripherals[RP_WORLDS_PERIPHERALS] = {
    {"PIO0: microphone", 0x4Cu, RP_WORLD_SECURE}, {"PIO1: speaker, lights", 0x50u, RP_WORLD_REST},
    {"PIO2: radio", 0x54u, RP_WORLD_REST},        {"DMA", 0x44u, RP_WORLD_SECURE},
    {"TRNG", 0xB4u, RP_WORLD_SECURE},             {"SHA-256", 0xB8u, RP_WORLD_SECURE},
    {"OTP", 0xA8u, RP_WORLD_SECURE},              {"TIMER1: the lock's clock", 0x9Cu, RP_WORLD_SECURE},
    {"TIMER0", 0x98u, RP_WORLD_REST},             {"UART0", 0xA0u, RP_WORLD_REST},
    {"USB", 0x48u, RP_WORLD_REST},                {"debug trace", 0x58u, RP_WORLD_SECURE},
    {"debug", 0x5Cu, RP_WORLD_SECURE},            {"flash and PSRAM timing", 0xE4u, RP_WORLD_SECURE},
};

const uint32_t rp_worlds_secure_pins = 1u << BOARD_MIC_SD | 1u << BOARD_MIC_BCLK | 1u << BOARD_MIC_WS | 1u << BOARD_MIC_LIGHT |
                                       1u << BOARD_PAW | 1u << BOARD_MUTE;

toy_status_t rp_worlds_check(const rp_memory_t *memory, size_t count, size_t *wrong)
{
    uint32_t sram_at = RP_SRAM_FIRST, regions = 0u;
    for (size_t row = 0u; row < count; ++row) {
        const rp_memory_t *one = &memory[row];
        *wrong = row;
        bool in_sram = one->first >= RP_SRAM_FIRST && one->first < RP_SRAM_END;
        if (one->first >= one->end || one->first % 32u != 0u || one->end % 32u != 0u ||
            (row > 0u && one->first < memory[row - 1u].end) || (in_sram && one->first != sram_at)) {
            return TOY_ERR_ARG;
        }
        sram_at = in_sram ? one->end : sram_at;
        regions += one->world != RP_WORLD_SECURE; /* what no region names is secure */
        if (regions > RP_SAU_REGIONS) {
            return TOY_ERR_ARG;
        }
    }
    return sram_at == RP_SRAM_END ? TOY_OK : TOY_ERR_ARG; /* 520 KB, and not one byte of nobody's */
}
