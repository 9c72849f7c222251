/* pico2.h - Raspberry Pi Pico 2: 4 MB of flash, no PSRAM, no radio. */
#ifndef RP2350_BOARD_H
#define RP2350_BOARD_H

#define BOARD_NAME "plush on Pico 2"
#define BOARD_FLASH_BYTES (4u << 20)
#define BOARD_HAS_PSRAM 0
#define BOARD_HAS_RADIO 0
#define BOARD_ADC_FIRST 26 /* RP2350A */
#define BOARD_ADC_TEMPERATURE 4

#include "rp2350/boards/pins.h"

#endif
