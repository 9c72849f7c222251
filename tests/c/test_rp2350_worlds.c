/* The RP2350's two worlds as a table: it holds together, and a table that does not is noticed. */
#include "rp2350/boards/pins.h"
#include "rp2350/logic/worlds.h"
#include "toy_test.h"

static toy_status_t with(size_t row, uint32_t first, uint32_t end)
{
    rp_memory_t memory[RP_WORLDS_MEMORY];
    size_t wrong;
    memcpy(memory, rp_worlds_memory, sizeof memory);
    memory[row].first = first;
    memory[row].end = end;
    return rp_worlds_check(memory, RP_WORLDS_MEMORY, &wrong);
}

static void the_table_holds_together(void)
{
    size_t wrong;
    TOY_CHECK_INT(rp_worlds_check(rp_worlds_memory, RP_WORLDS_MEMORY, &wrong), TOY_OK);
    uint32_t secure = 0;
    for (size_t row = 0; row < RP_WORLDS_MEMORY; ++row) {
        bool in_sram = rp_worlds_memory[row].first >= RP_SRAM_FIRST && rp_worlds_memory[row].first < RP_SRAM_END;
        secure += in_sram && rp_worlds_memory[row].world == RP_WORLD_SECURE
                      ? rp_worlds_memory[row].end - rp_worlds_memory[row].first
                      : 0u;
    }
    TOY_CHECK_INT(secure, 128 * 1024); /* as in QEMU, where it is enforced */
    for (size_t row = 1; row < RP_WORLDS_PERIPHERALS; ++row) {
        for (size_t other = 0; other < row; ++other) {
            TOY_CHECK(rp_worlds_peripherals[row].offset != rp_worlds_peripherals[other].offset);
        }
    }
}

/* Of the pins of the cable, the speaker and the lights the rest needs every one; of what opens the ear, none. */
static void the_rest_has_its_pins_and_no_others(void)
{
    static const uint8_t of_the_rest[] = {BOARD_UART_TX,        BOARD_UART_RX, BOARD_SPEAKER_DIN, BOARD_SPEAKER_BCLK, BOARD_SPEAKER_WS,
                                          BOARD_SPEAKER_ENABLE, BOARD_MOTOR,   BOARD_RING,        BOARD_LOUDER,       BOARD_QUIETER};
    for (size_t i = 0; i < sizeof of_the_rest; ++i) {
        TOY_CHECK_INT(rp_worlds_secure_pins >> of_the_rest[i] & 1u, 0);
    }
    TOY_CHECK_INT(rp_worlds_secure_pins, 0x701Cu); /* GPIO 2, 3, 4, 12, 13, 14 */
}

static void a_wrong_table_is_noticed(void)
{
    TOY_CHECK_INT(with(4u, 0x20000000u, 0x20020010u), TOY_ERR_ARG); /* not on a bound */
    TOY_CHECK_INT(with(4u, 0x20000000u, 0x20020020u), TOY_ERR_ARG); /* overlaps */
    TOY_CHECK_INT(with(4u, 0x20000000u, 0x2001FFE0u), TOY_ERR_ARG); /* a gap that is nobody's */
    TOY_CHECK_INT(with(5u, 0x20020000u, 0x20081000u), TOY_ERR_ARG); /* not all of the SRAM */
    TOY_CHECK_INT(with(1u, 0x100FF000u, 0x100FF000u), TOY_ERR_ARG); /* empty */
}

int main(void)
{
    TOY_RUN(the_table_holds_together);
    TOY_RUN(the_rest_has_its_pins_and_no_others);
    TOY_RUN(a_wrong_table_is_noticed);
    TOY_DONE();
}
