/* pimoroni_pico_plus2_w_rp2350.h - Pimoroni Pico Plus 2 W: 16 MB of flash, 8 MB of PSRAM, a radio; its pads A0 to A2 are GPIO 40
 * to 42. */
#ifndef RP2350_BOARD_H
#define RP2350_BOARD_H

#define BOARD_NAME "plush on Pico Plus 2 W"
#define BOARD_FLASH_BYTES (16u << 20)
#define BOARD_HAS_PSRAM 1
#define BOARD_PSRAM_CS 47
#define BOARD_HAS_RADIO 1
#define BOARD_ADC_FIRST 40 /* RP2350B */
#define BOARD_ADC_TEMPERATURE 8

#include "rp2350/boards/pins.h"

#endif
