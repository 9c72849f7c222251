#include "rp2350/body.h"

#include "board.h"
#include "hardware/dma.h"
#include "hardware/gpio.h"
#include "hardware/pio.h"
#include "hardware/timer.h"
#include "ring.pio.h"
#include "rp2350/guard.h"
#include "rp2350/i2s.h"
#include "rp2350/logic/buttons.h"
#include "rp2350/logic/lamps.h"
#include "rp2350/logic/power.h"

#define BATTERY_ROUNDS 500u /* 10 s */
#define AMPLIFIER_REST_ROUNDS 25u
#define PULL_UP_US 20u

typedef struct {
    rp_button_t paw, mute, louder, quieter;
    uint8_t volume;
    uint32_t rounds, quiet_rounds;
    rp_lamps_t lamps;
    uint machine, channel;
    uint32_t shown[BOARD_RING_LIGHTS]; /* DMA reads them */
} body_t;

static body_t body;

static void start_button(uint32_t pin)
{
    gpio_init(pin);
    gpio_pull_up(pin);
}

static void start_ring(const rp_clock_plan_t *clocks)
{
    body.machine = (uint)pio_claim_unused_sm(pio2, true);
    const uint program = (uint)pio_add_program(pio2, &ring_program);
    pio_sm_config config = ring_program_get_default_config(program);
    sm_config_set_sideset_pins(&config, BOARD_RING);
    sm_config_set_fifo_join(&config, PIO_FIFO_JOIN_TX);
    sm_config_set_clkdiv_int_frac8(&config, clocks->ring_whole, clocks->ring_fraction);
    pio_gpio_init(pio2, BOARD_RING);
    pio_sm_set_consecutive_pindirs(pio2, body.machine, BOARD_RING, 1, true);
    pio_sm_init(pio2, body.machine, program, &config);
    pio_sm_set_enabled(pio2, body.machine, true);
    body.channel = (uint)dma_claim_unused_channel(true);
    dma_channel_config dma = dma_channel_get_default_config(body.channel);
    channel_config_set_dreq(&dma, pio_get_dreq(pio2, body.machine, true));
    dma_channel_configure(body.channel, &dma, &pio2->txf[body.machine], body.shown, BOARD_RING_LIGHTS, false);
}

void rp_body_start(toy_t *toy, const rp_clock_plan_t *clocks, uint8_t volume_percent)
{
    body = (body_t){.volume = volume_percent};
    start_button(BOARD_PAW);
    start_button(BOARD_MUTE);
    start_button(BOARD_LOUDER);
    start_button(BOARD_QUIETER);
    start_button(BOARD_CHARGING);
    start_ring(clocks);
    busy_wait_us(PULL_UP_US);
    body.mute.down = !gpio_get(BOARD_MUTE); /* a switch that is on already: the microphone never gets a clock */
    toy_mute(toy, body.mute.down);
}

static void feel_cell(toy_t *toy)
{
    if (body.rounds++ % BATTERY_ROUNDS == BATTERY_ROUNDS / 2u) {
        const uint16_t millivolts = rp_guard_report().cell_millivolts;
        toy_battery(toy, rp_cell_percent(millivolts), millivolts, !gpio_get(BOARD_CHARGING));
    }
}

void rp_body_feel(toy_t *toy)
{
    const bool was_muted = body.mute.down;
    (void)rp_button_step(&body.mute, !gpio_get(BOARD_MUTE), TOY_FRAME_MS, false);
    rp_mic_run(!body.mute.down);
    if (body.mute.down != was_muted) {
        toy_mute(toy, body.mute.down);
    }
    (void)rp_button_step(&body.paw, !gpio_get(BOARD_PAW), TOY_FRAME_MS, false);
    toy_button(toy, body.paw.down);
    const bool up = rp_button_step(&body.louder, !gpio_get(BOARD_LOUDER), TOY_FRAME_MS, true);
    const bool down = rp_button_step(&body.quieter, !gpio_get(BOARD_QUIETER), TOY_FRAME_MS, true);
    const uint8_t volume = rp_volume_step(body.volume, up, down);
    if (volume != body.volume) {
        body.volume = volume;
        toy_volume(toy, volume);
    }
    feel_cell(toy);
}

/* 30 us a light, so the round before is long over; if it is not, this picture is left out. */
static void light(const rp_colour_t lights[BOARD_RING_LIGHTS])
{
    if (dma_channel_is_busy(body.channel)) {
        return;
    }
    for (uint32_t i = 0; i < BOARD_RING_LIGHTS; ++i) {
        body.shown[i] = (uint32_t)lights[i].green << 24 | (uint32_t)lights[i].red << 16 | (uint32_t)lights[i].blue << 8;
    }
    dma_channel_transfer_from_buffer_now(body.channel, body.shown, BOARD_RING_LIGHTS);
}

void rp_body_show(const toy_port_t *port, const int16_t samples[TOY_FRAME_SAMPLES])
{
    rp_colour_t lights[BOARD_RING_LIGHTS];
    const rp_guard_report_t guard = rp_guard_report();
    const rp_mood_t mood = {.colour = {port->led[0], port->led[1], port->led[2]},
                            .speaking = port->speaking,
                            .thinking = port->thinking,
                            .is_cut = guard.cut != 0u,
                            .cell_empty = guard.cell_empty,
                            .level = rp_level(samples)};
    const uint8_t motor = rp_lamps_step(&body.lamps, &mood, lights, BOARD_RING_LIGHTS);
    light(lights);
    /* The amplifier rests half a second after the last sound: it hisses and eats. */
    body.quiet_rounds = mood.level != 0u ? 0u : body.quiet_rounds + 1u;
    rp_guard_want(body.quiet_rounds < AMPLIFIER_REST_ROUNDS, motor);
}
