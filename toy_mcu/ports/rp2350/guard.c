#include "rp2350/guard.h"

#include <stdatomic.h>

#include "board.h"
#include "hardware/adc.h"
#include "hardware/gpio.h"
#include "hardware/irq.h"
#include "hardware/pwm.h"
#include "hardware/timer.h"
#include "hardware/watchdog.h"
#include "rp2350/logic/lamps.h"
#include "rp2350/logic/power.h"

#define ALARM 0u
#define STEP_US (1000u * RP_SHUTOFF_STEP_MS)
#define PWM_TOP 255u
#define PWM_DIVIDER 30u /* 20 kHz at 150 MHz: above hearing */
#define SMOOTH_SHIFT 2

static rp_shutoff_t shutoff;
static _Atomic uint32_t heartbeats, rounds, wanted_motor, wanted_amplifier, cell, cut_bits, cell_empty;
static uint32_t seen_heartbeat, silent_ms, smooth_cell;

static uint16_t reading(uint32_t pin)
{
    adc_select_input(pin - BOARD_ADC_FIRST);
    return adc_read();
}

static rp_senses_t look(void)
{
    rp_senses_t senses = {0};
    const uint32_t beat = atomic_load(&heartbeats);
    silent_ms = beat == seen_heartbeat ? silent_ms + RP_SHUTOFF_STEP_MS : 0u;
    seen_heartbeat = beat;
    const uint32_t now = rp_cell_millivolts(reading(BOARD_CELL));
    smooth_cell = smooth_cell == 0u ? now : smooth_cell + (now >> SMOOTH_SHIFT) - (smooth_cell >> SMOOTH_SHIFT);
    senses.cell_millivolts = (uint16_t)smooth_cell;
    senses.motor_milliamperes = rp_motor_milliamperes(reading(BOARD_MOTOR_SENSE));
    senses.has_thermistor = rp_thermistor(reading(BOARD_THERMISTOR), &senses.cell_c);
    adc_select_input(BOARD_ADC_TEMPERATURE);
    senses.chip_c = rp_chip_celsius(adc_read());
    senses.core0_silent_ms = silent_ms;
    return senses;
}

static void act(uint8_t cut)
{
    const bool amplifier = (cut & RP_CUT_AMPLIFIER) == 0u && atomic_load(&wanted_amplifier) != 0u;
    const uint32_t motor = (cut & RP_CUT_MOTOR) == 0u ? atomic_load(&wanted_motor) : 0u;
    gpio_put(BOARD_SPEAKER_ENABLE, amplifier);
    pwm_set_gpio_level(BOARD_MOTOR, (uint16_t)motor);
}

static void on_alarm(void)
{
    hw_clear_bits(&timer1_hw->intr, 1u << ALARM);
    timer1_hw->alarm[ALARM] = timer1_hw->timerawl + STEP_US;
    const rp_senses_t senses = look();
    const uint8_t cut = rp_shutoff_step(&shutoff, &senses);
    act(cut);
    atomic_store(&cell, senses.cell_millivolts);
    atomic_store(&cut_bits, cut);
    atomic_store(&cell_empty, shutoff.active[RP_REASON_CELL_EMPTY]);
    atomic_fetch_add(&rounds, 1u);
}

void rp_guard_prepare(void)
{
    gpio_init(BOARD_SPEAKER_ENABLE); /* low: off */
    gpio_set_dir(BOARD_SPEAKER_ENABLE, GPIO_OUT);
    gpio_set_function(BOARD_MOTOR, GPIO_FUNC_PWM);
    const uint slice = pwm_gpio_to_slice_num(BOARD_MOTOR);
    pwm_set_wrap(slice, PWM_TOP);
    pwm_set_clkdiv_int_frac4(slice, PWM_DIVIDER, 0);
    pwm_set_gpio_level(BOARD_MOTOR, 0);
    pwm_set_enabled(slice, true);
    adc_init();
    adc_gpio_init(BOARD_CELL);
    adc_gpio_init(BOARD_MOTOR_SENSE);
    adc_gpio_init(BOARD_THERMISTOR);
    adc_set_temp_sensor_enabled(true);
    rp_shutoff_init(&shutoff, watchdog_enable_caused_reboot());
}

void rp_guard_start(void)
{
    irq_set_exclusive_handler(TIMER1_IRQ_0, on_alarm);
    hw_set_bits(&timer1_hw->inte, 1u << ALARM);
    irq_set_enabled(TIMER1_IRQ_0, true);
    timer1_hw->alarm[ALARM] = timer1_hw->timerawl + STEP_US;
}

void rp_guard_heartbeat(void) { atomic_fetch_add(&heartbeats, 1u); }

rp_guard_report_t rp_guard_report(void)
{
    return (rp_guard_report_t){.cell_millivolts = (uint16_t)atomic_load(&cell),
                               .cut = (uint8_t)atomic_load(&cut_bits),
                               .rounds = atomic_load(&rounds),
                               .cell_empty = atomic_load(&cell_empty) != 0u};
}

void rp_guard_want(bool amplifier, uint8_t motor)
{
    atomic_store(&wanted_amplifier, amplifier);
    atomic_store(&wanted_motor, motor);
}
