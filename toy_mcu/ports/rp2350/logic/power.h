/* power.h - the cell: how full, how warm, and how long it lasts.
 * In      millivolts of a lithium cell at rest or under light load; the thermistor's reading; what is switched on
 * Out     percent; degrees; milliamperes from the cell; hours
 * Errors  rp_thermistor() tells an open or shorted thermistor from a temperature
 * Source  discharge curve: a usual 4.2 V lithium polymer cell at 0.2 C. Thermistor: 10k at 25 C, B 3950, from 10k to 3.3 V.
 *         Currents: typical values of the datasheets named beside them. NOTHING HERE IS MEASURED on a board */
#ifndef RP2350_POWER_H
#define RP2350_POWER_H

#include <stdbool.h>
#include <stdint.h>

#define RP_ADC_FULL 4096u
#define RP_ADC_REFERENCE_MV 3300u

uint16_t rp_cell_millivolts(uint16_t reading);   /* behind a divider of two equal resistors */
uint16_t rp_motor_milliamperes(uint16_t reading); /* over 1 ohm */
int16_t rp_chip_celsius(uint16_t reading);       /* the chip's own diode */
bool rp_thermistor(uint16_t reading, int16_t *celsius);
uint8_t rp_cell_percent(uint16_t millivolts);

typedef enum { RP_POWER_ASLEEP, RP_POWER_IDLE, RP_POWER_LISTENING, RP_POWER_THINKING, RP_POWER_SPEAKING, RP_POWER_STATES } rp_power_state_t;

typedef struct {
    bool radio, psram, ring, motor;
    uint16_t sys_mhz;
} rp_power_parts_t;

uint32_t rp_power_microamperes(rp_power_state_t state, const rp_power_parts_t *parts);

/* share[state] in percent, 100 in all. Tenths of an hour from full to the shut-off. */
uint32_t rp_power_tenths_of_hours(uint32_t cell_mah, const uint8_t share[RP_POWER_STATES], const rp_power_parts_t *parts);

#endif
