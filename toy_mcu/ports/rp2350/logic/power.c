#include "rp2350/logic/power.h"

uint16_t rp_cell_millivolts(uint16_t reading)
{
    return (uint16_t)((uint32_t)reading * 2u * RP_ADC_REFERENCE_MV / RP_ADC_FULL);
}

uint16_t rp_motor_milliamperes(uint16_t reading) { return (uint16_t)((uint32_t)reading * RP_ADC_REFERENCE_MV / RP_ADC_FULL); }

/* RP2350 datasheet 12.4.6: 27 C is 0.706 V, 1.721 mV a degree less for each warmer one. */
int16_t rp_chip_celsius(uint16_t reading)
{
    const int32_t microvolts = (int32_t)((uint64_t)reading * RP_ADC_REFERENCE_MV * 1000u / RP_ADC_FULL);
    return (int16_t)(27 - (microvolts - 706000) / 1721);
}

/* Readings at -10, 0, ... 80 C: 4096 / (1 + 10k / R(T)), R = 10k * exp(3950 * (1/T - 1/298.15)). */
static const uint16_t THERMISTOR[10] = {3496, 3157, 2739, 2278, 1825, 1419, 1082, 816, 613, 462};

bool rp_thermistor(uint16_t reading, int16_t *celsius)
{
    if (reading > 3900u || reading < 200u) { /* open, shorted, or beyond any living cell */
        return false;
    }
    uint32_t at = 1;
    while (at < 9u && reading < THERMISTOR[at]) {
        ++at;
    }
    const int32_t warm = THERMISTOR[at], cold = THERMISTOR[at - 1u];
    *celsius = (int16_t)(-10 + 10 * (int32_t)(at - 1u) + (cold - reading) * 10 / (cold - warm));
    return true;
}

uint8_t rp_cell_percent(uint16_t millivolts)
{
    /* At 0, 10, ... 100 percent. */
    static const uint16_t curve[11] = {3300, 3600, 3680, 3730, 3770, 3800, 3840, 3900, 3970, 4060, 4180};
    if (millivolts <= curve[0]) {
        return 0;
    }
    for (uint32_t i = 1; i < 11u; ++i) {
        if (millivolts < curve[i]) {
            return (uint8_t)(10u * (i - 1u) + 10u * (uint32_t)(millivolts - curve[i - 1u]) / (curve[i] - curve[i - 1u]));
        }
    }
    return 100;
}

/* ---- current, at 3.3 V, in microamperes ------------------------------------------------------------------ */

enum {
    CORES_ASLEEP = 6000,  /* both cores in WFI at 150 MHz; RP2350 datasheet 14.9.7 and forum figures, 5 to 10 mA */
    CORE_BUSY = 11000,    /* each at 150 MHz; the same */
    MICROPHONE = 1400,    /* INMP441, typical */
    AMPLIFIER_IDLE = 2750, /* MAX98357A, 3.3 V, playing silence */
    AMPLIFIER_SPEECH = 45000, /* 4 ohm, speech at a child's room level: 0.1 W on average at 70% efficiency */
    RADIO = 9000,         /* CYW43439 advertising or connected over BLE, averaged */
    PSRAM_IDLE = 200,     /* APS6404L standby */
    PSRAM_BUSY = 8000,    /* the same, reading at 75 MHz half of the time */
    RING_IDLE = 7000,     /* 12 WS2812 with nothing lit: 0.6 mA each */
    RING_LIT = 24000,     /* and a dim colour on all */
    MOTOR = 40000,        /* a coin motor following speech, half of the time */
    REGULATOR_PERCENT = 85,
    RATED_MHZ = 150,
    USABLE_PERCENT = 90, /* of the cell's capacity, above the shut-off at 3.3 V */
};

uint32_t rp_power_microamperes(rp_power_state_t state, const rp_power_parts_t *parts)
{
    /* Share of a core that works: asleep and idle the wake word, then as tests/budgets.toml and SPEED.md have it. */
    static const uint32_t busy_percent[RP_POWER_STATES] = {2, 12, 15, 20, 8};
    uint32_t cores = CORES_ASLEEP + CORE_BUSY * busy_percent[state] / 100u;
    if (state == RP_POWER_THINKING && parts->psram) { /* the toy's own Llama: both cores and the bus */
        cores = CORES_ASLEEP + 2u * CORE_BUSY;
    }
    uint32_t sum = cores * parts->sys_mhz / RATED_MHZ + MICROPHONE;
    sum += state == RP_POWER_SPEAKING ? AMPLIFIER_SPEECH : AMPLIFIER_IDLE;
    sum += parts->radio ? RADIO : 0u;
    sum += !parts->psram ? 0u : state == RP_POWER_THINKING ? PSRAM_BUSY : PSRAM_IDLE;
    sum += !parts->ring ? 0u : state == RP_POWER_ASLEEP ? RING_IDLE : RING_LIT;
    sum += parts->motor && state == RP_POWER_SPEAKING ? MOTOR : 0u;
    /* A switching regulator takes less current from a fuller cell: 3.7 V on average. */
    return (uint32_t)((uint64_t)sum * 33u * 100u / (37u * REGULATOR_PERCENT));
}

uint32_t rp_power_tenths_of_hours(uint32_t cell_mah, const uint8_t share[RP_POWER_STATES], const rp_power_parts_t *parts)
{
    uint64_t mean = 0;
    for (uint32_t state = 0; state < RP_POWER_STATES; ++state) {
        mean += (uint64_t)rp_power_microamperes((rp_power_state_t)state, parts) * share[state];
    }
    return mean == 0u ? 0u : (uint32_t)((uint64_t)cell_mah * 1000u * USABLE_PERCENT * 10u / mean);
}
