#include "rp2350/i2s.h"

#include <stdatomic.h>
#include <stddef.h>

#include "board.h"
#include "hardware/dma.h"
#include "hardware/gpio.h"
#include "hardware/irq.h"
#include "hardware/pio.h"
#include "i2s_mic.pio.h"
#include "i2s_speaker.pio.h"
#include "pico/platform.h"

#define FRAMES 4u       /* two belong to DMA, two may wait */
#define WAITING_MOST 2u
#define STATUS_LEVEL 7u /* as in i2s_mic.pio: room for a pair */

typedef struct {
    PIO pio;
    uint machine, program;
    uint channel[2];
} side_t;

static uint32_t mic_words[FRAMES][RP_MIC_FRAME_WORDS];
static int16_t speaker_samples[FRAMES][TOY_FRAME_SAMPLES];
static const int16_t silence[TOY_FRAME_SAMPLES];
static side_t mic = {.pio = pio0}, speaker = {.pio = pio1};
static bool mic_running;
/* Frames ever: heard by DMA, taken by the loop; handed over by the loop, taken by DMA. */
static _Atomic uint32_t mic_heard, speaker_sent, speaker_taken, ticks, speaker_late;
static uint32_t mic_taken, mic_lost;

/* ---- interrupts: a channel is done, its partner already runs ------------------------------------------- */

static void __not_in_flash_func(mic_done)(uint channel)
{
    const uint32_t heard = atomic_load_explicit(&mic_heard, memory_order_relaxed) + 1u;
    atomic_store_explicit(&mic_heard, heard, memory_order_release);
    dma_channel_set_write_addr(channel, mic_words[(heard + 1u) % FRAMES], false);
}

static void __not_in_flash_func(speaker_done)(uint channel)
{
    const uint32_t taken = atomic_load_explicit(&speaker_taken, memory_order_relaxed);
    if (atomic_load_explicit(&speaker_sent, memory_order_acquire) != taken) {
        dma_channel_set_read_addr(channel, speaker_samples[taken % FRAMES], false);
        atomic_store_explicit(&speaker_taken, taken + 1u, memory_order_release);
    } else {
        dma_channel_set_read_addr(channel, silence, false);
        atomic_store_explicit(&speaker_late, atomic_load_explicit(&speaker_late, memory_order_relaxed) + 1u,
                              memory_order_relaxed);
    }
    atomic_store_explicit(&ticks, atomic_load_explicit(&ticks, memory_order_relaxed) + 1u, memory_order_release);
}

static void __not_in_flash_func(on_dma)(void)
{
    for (uint side = 0; side < 2u; ++side) {
        if (dma_channel_get_irq0_status(mic.channel[side])) {
            dma_channel_acknowledge_irq0(mic.channel[side]);
            mic_done(mic.channel[side]);
        }
        if (dma_channel_get_irq0_status(speaker.channel[side])) {
            dma_channel_acknowledge_irq0(speaker.channel[side]);
            speaker_done(speaker.channel[side]);
        }
    }
}

/* ---- start --------------------------------------------------------------------------------------------- */

static void claim(side_t *side, const pio_program_t *program)
{
    side->machine = (uint)pio_claim_unused_sm(side->pio, true);
    side->program = (uint)pio_add_program(side->pio, program);
    side->channel[0] = (uint)dma_claim_unused_channel(true);
    side->channel[1] = (uint)dma_claim_unused_channel(true);
}

static void give_pins(const side_t *side, uint first_out, uint outs)
{
    for (uint pin = first_out; pin < first_out + outs; ++pin) {
        pio_gpio_init(side->pio, pin);
    }
    pio_sm_set_consecutive_pindirs(side->pio, side->machine, first_out, outs, true);
}

static void start_mic_dma(void)
{
    const uint32_t heard = atomic_load_explicit(&mic_heard, memory_order_relaxed);
    for (uint side = 0; side < 2u; ++side) {
        dma_channel_config config = dma_channel_get_default_config(mic.channel[side]);
        channel_config_set_read_increment(&config, false);
        channel_config_set_write_increment(&config, true);
        channel_config_set_dreq(&config, pio_get_dreq(mic.pio, mic.machine, false));
        channel_config_set_chain_to(&config, mic.channel[1u - side]);
        dma_channel_configure(mic.channel[side], &config, mic_words[(heard + side) % FRAMES],
                              &mic.pio->rxf[mic.machine], RP_MIC_FRAME_WORDS, false);
        dma_channel_set_irq0_enabled(mic.channel[side], true);
    }
    dma_channel_start(mic.channel[0]);
}

/* 16-bit writes: the bus repeats them, so both sides of the amplifier's word carry the sample. */
static void start_speaker_dma(void)
{
    for (uint side = 0; side < 2u; ++side) {
        dma_channel_config config = dma_channel_get_default_config(speaker.channel[side]);
        channel_config_set_transfer_data_size(&config, DMA_SIZE_16);
        channel_config_set_read_increment(&config, true);
        channel_config_set_write_increment(&config, false);
        channel_config_set_dreq(&config, pio_get_dreq(speaker.pio, speaker.machine, true));
        channel_config_set_chain_to(&config, speaker.channel[1u - side]);
        dma_channel_configure(speaker.channel[side], &config, &speaker.pio->txf[speaker.machine], silence,
                              TOY_FRAME_SAMPLES, false);
        dma_channel_set_irq0_enabled(speaker.channel[side], true);
    }
    dma_channel_start(speaker.channel[0]);
}

static void start_speaker(const rp_clock_plan_t *clocks)
{
    claim(&speaker, &i2s_speaker_program);
    pio_sm_config config = i2s_speaker_program_get_default_config(speaker.program);
    sm_config_set_out_pins(&config, BOARD_SPEAKER_DIN, 1);
    sm_config_set_set_pins(&config, BOARD_SPEAKER_DIN, 1);
    sm_config_set_sideset_pins(&config, BOARD_SPEAKER_BCLK);
    sm_config_set_out_shift(&config, false, false, 32);
    sm_config_set_fifo_join(&config, PIO_FIFO_JOIN_TX);
    sm_config_set_clkdiv_int_frac8(&config, clocks->pio_whole, clocks->pio_fraction);
    give_pins(&speaker, BOARD_SPEAKER_DIN, 3);
    pio_sm_init(speaker.pio, speaker.machine, speaker.program + i2s_speaker_offset_start, &config);
    start_speaker_dma();
    pio_sm_set_enabled(speaker.pio, speaker.machine, true);
}

static void prepare_mic(const rp_clock_plan_t *clocks)
{
    claim(&mic, &i2s_mic_program);
    pio_sm_config config = i2s_mic_program_get_default_config(mic.program);
    sm_config_set_in_pins(&config, BOARD_MIC_SD);
    sm_config_set_sideset_pins(&config, BOARD_MIC_BCLK);
    sm_config_set_in_shift(&config, false, false, 32);
    sm_config_set_fifo_join(&config, PIO_FIFO_JOIN_RX);
    sm_config_set_mov_status(&config, STATUS_RX_LESSTHAN, STATUS_LEVEL);
    sm_config_set_clkdiv_int_frac8(&config, clocks->pio_whole, clocks->pio_fraction);
    pio_gpio_init(mic.pio, BOARD_MIC_SD);
    gpio_pull_down(BOARD_MIC_SD); /* the other side's slot floats */
    give_pins(&mic, BOARD_MIC_BCLK, 2);
    pio_sm_init(mic.pio, mic.machine, mic.program + i2s_mic_offset_start, &config);
    gpio_init(BOARD_MIC_LIGHT);
    gpio_set_dir(BOARD_MIC_LIGHT, GPIO_OUT);
}

void rp_i2s_start(const rp_clock_plan_t *clocks)
{
    prepare_mic(clocks);
    irq_set_exclusive_handler(DMA_IRQ_0, on_dma);
    irq_set_enabled(DMA_IRQ_0, true);
    start_speaker(clocks);
}

/* ---- the microphone's clock ---------------------------------------------------------------------------- */

static void stop_mic_dma(void)
{
    for (uint side = 0; side < 2u; ++side) { /* erratum RP2350-E5: unchain before aborting */
        dma_channel_set_irq0_enabled(mic.channel[side], false);
        hw_clear_bits(&dma_hw->ch[mic.channel[side]].al1_ctrl, DMA_CH0_CTRL_TRIG_EN_BITS);
    }
    for (uint side = 0; side < 2u; ++side) {
        dma_channel_abort(mic.channel[side]);
        dma_channel_acknowledge_irq0(mic.channel[side]);
    }
}

void rp_mic_run(bool on)
{
    if (on == mic_running) {
        return;
    }
    mic_running = on;
    if (on) {
        pio_sm_clear_fifos(mic.pio, mic.machine);
        pio_sm_restart(mic.pio, mic.machine);
        pio_sm_exec(mic.pio, mic.machine, pio_encode_jmp(mic.program + i2s_mic_offset_start));
        start_mic_dma();
        pio_sm_set_enabled(mic.pio, mic.machine, true);
    } else {
        pio_sm_set_enabled(mic.pio, mic.machine, false);
        pio_sm_exec(mic.pio, mic.machine, pio_encode_nop() | pio_encode_sideset(2, 0)); /* both wires low */
        stop_mic_dma();
        mic_taken = atomic_load_explicit(&mic_heard, memory_order_relaxed);
    }
    gpio_put(BOARD_MIC_LIGHT, on);
}

bool rp_mic_is_running(void) { return mic_running; }

/* ---- frames -------------------------------------------------------------------------------------------- */

const uint32_t *rp_mic_frame(void)
{
    const uint32_t heard = atomic_load_explicit(&mic_heard, memory_order_acquire);
    if (heard == mic_taken) {
        return NULL;
    }
    if (heard - mic_taken > WAITING_MOST) { /* DMA is writing over the older ones */
        mic_lost += heard - mic_taken - WAITING_MOST;
        mic_taken = heard - WAITING_MOST;
    }
    return mic_words[mic_taken++ % FRAMES];
}

int16_t *rp_speaker_room(void)
{
    const uint32_t sent = atomic_load_explicit(&speaker_sent, memory_order_relaxed);
    const uint32_t taken = atomic_load_explicit(&speaker_taken, memory_order_acquire);
    return sent - taken < WAITING_MOST ? speaker_samples[sent % FRAMES] : NULL;
}

void rp_speaker_send(void)
{
    atomic_store_explicit(&speaker_sent, atomic_load_explicit(&speaker_sent, memory_order_relaxed) + 1u,
                          memory_order_release);
}

rp_i2s_counts_t rp_i2s_counts(void)
{
    return (rp_i2s_counts_t){.ticks = atomic_load_explicit(&ticks, memory_order_acquire),
                             .mic_frames = mic_taken,
                             .mic_lost = mic_lost,
                             .speaker_late = atomic_load_explicit(&speaker_late, memory_order_relaxed)};
}
