/* pico2_w.h - pins of a Raspberry Pi Pico 2 W: 4 MB of flash, no PSRAM; the radio takes GPIO 23, 24, 25 and 29. */
#ifndef RP2350_BOARD_H
#define RP2350_BOARD_H

#define BOARD_NAME "plush on Pico 2 W"
#define BOARD_FLASH_BYTES (4u << 20)
#define BOARD_HAS_PSRAM 0
#define BOARD_HAS_RADIO 1

/* The cable. */
#define BOARD_UART_TX 0
#define BOARD_UART_RX 1
/* Microphone (INMP441, ICS-43434): PIO wants BCLK and WS side by side. */
#define BOARD_MIC_SD 2
#define BOARD_MIC_BCLK 3
#define BOARD_MIC_WS 4
/* Amplifier (MAX98357A). SD low is off; a 100k resistor to ground holds it there while the chip is in reset. */
#define BOARD_SPEAKER_DIN 5
#define BOARD_SPEAKER_BCLK 6
#define BOARD_SPEAKER_WS 7
#define BOARD_SPEAKER_ENABLE 8
/* Motor: gate of its transistor, with 100k to ground; PWM. A servo takes the same pin. */
#define BOARD_MOTOR 9
/* Ring of WS2812 lights, and the light that is lit while the microphone has a clock. */
#define BOARD_RING 11
#define BOARD_RING_LIGHTS 12
#define BOARD_MIC_LIGHT 12
/* Buttons to ground. */
#define BOARD_PAW 13
#define BOARD_MUTE 14
#define BOARD_LOUDER 15
#define BOARD_QUIETER 16
/* The charger's status output, open drain, low while it charges. */
#define BOARD_CHARGING 17
/* ADC: the cell over a divider of two equal resistors; the motor's current over 1 ohm; a 10k thermistor on the cell. */
#define BOARD_CELL 26
#define BOARD_MOTOR_SENSE 27
#define BOARD_THERMISTOR 28
#define BOARD_ADC_FIRST 26
#define BOARD_ADC_TEMPERATURE 4 /* the chip's own */

#endif
