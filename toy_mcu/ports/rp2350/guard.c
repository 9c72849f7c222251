#include "rp2350/guard.h"

#include <stdatomic.h>

#include "board.h"
#include "hardware/adc.h"
#include "hardware/gpio.h"
#include "hardware/irq.h"
#include "hardware/timer.h"
#include "hardware/watchdog.h"
#include "rp2350/logic/motion.h"
#include "rp2350/logic/power.h"

#define ALARM 0u
#define STEP_US (1000u * RP_SHUTOFF_STEP_MS)
#define SMOOTH_SHIFT 2

static void write_pwm(void *context, uint32_t offset, uint32_t value);

static const rp_registers_t pwm = {NULL, write_pwm};
static rp_shutoff_t shutoff;
static rp_motion_t motion;
static _Atomic uint32_t heartbeats, rounds, wanted_motor, wanted_amplifier, cell, cut_bits, cell_empty;
static uint32_t seen_heartbeat, silent_ms, smooth_cell;

static void write_pwm(void *context, uint32_t offset, uint32_t value)
{
    (void)context;
    *(volatile uint32_t *)(PWM_BASE + offset) = value;
}

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
    gpio_put(BOARD_SPEAKER_ENABLE, amplifier);
    rp_motion_set(&motion, (uint8_t)atomic_load(&wanted_motor), (cut & RP_CUT_MOTOR) != 0u, &pwm);
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

toy_status_t rp_guard_prepare(uint32_t sys_hz)
{
    gpio_init(BOARD_SPEAKER_ENABLE); /* low: off */
    gpio_set_dir(BOARD_SPEAKER_ENABLE, GPIO_OUT);
    TOY_TRY(rp_motion_start(&motion, TOY_MOTION, BOARD_MOTOR, sys_hz, &pwm));
    gpio_set_function(BOARD_MOTOR, GPIO_FUNC_PWM);
    adc_init();
    adc_gpio_init(BOARD_CELL);
    adc_gpio_init(BOARD_MOTOR_SENSE);
    adc_gpio_init(BOARD_THERMISTOR);
    adc_set_temp_sensor_enabled(true);
    rp_shutoff_init(&shutoff, watchdog_enable_caused_reboot());
    return TOY_OK;
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
