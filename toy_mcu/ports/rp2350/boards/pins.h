/* pins.h - what hangs on which pin. The three boards have one footprint, so a plush is wired the same whichever it carries; the
 * board's own file gives what differs: BOARD_ADC_FIRST, memories, radio. docs/wiring.svg is drawn from here. */
#ifndef RP2350_PINS_H
#define RP2350_PINS_H

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
/* Motor: gate of its transistor, with 100k to ground; or a servo's signal (TOY_MOTION). PWM. */
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
/* ADC: the cell over a divider of two equal resistors; the motor's current over 1 ohm; a 10k thermistor on the cell. The
 * chip's own thermometer is the converter's last channel. */
#define BOARD_CELL BOARD_ADC_FIRST
#define BOARD_MOTOR_SENSE (BOARD_ADC_FIRST + 1)
#define BOARD_THERMISTOR (BOARD_ADC_FIRST + 2)

#endif
