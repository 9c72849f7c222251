#include "rp2350/psram_chip.h"

#include <stdbool.h>

#include "hardware/gpio.h"
#include "hardware/structs/qmi.h"
#include "hardware/structs/xip_ctrl.h"
#include "hardware/sync.h"
#include "hardware/timer.h"
#include "pico/platform.h"
#include "rp2350/logic/psram.h"

#define UNCACHED 0x15000000u /* the same window, past the cache */
#define TEST_WORDS 32768u
#define MEASURED_WORDS 16384u

enum { SLOW_DIVIDER = 30, EXIT_QUAD = 0xF5, READ_ID = 0x9F, RESET_ENABLE = 0x66, RESET = 0x99, ENTER_QUAD = 0x35 };
enum { ID_BYTES = 7, KNOWN_GOOD_AT = 5, EXTENDED_AT = 6, BETWEEN_COMMANDS = 200 };

/* ---- direct mode: flash is not there while it lasts, so all of this lies in SRAM -------------------------- */

static inline void wait_until_sent(void)
{
    while ((qmi_hw->direct_csr & QMI_DIRECT_CSR_BUSY_BITS) != 0u) {
    }
}

static inline void select(bool on)
{
    if (on) {
        hw_set_bits(&qmi_hw->direct_csr, QMI_DIRECT_CSR_ASSERT_CS1N_BITS);
    } else {
        wait_until_sent();
        hw_clear_bits(&qmi_hw->direct_csr, QMI_DIRECT_CSR_ASSERT_CS1N_BITS);
        for (volatile int i = 0; i < BETWEEN_COMMANDS; ++i) {
        }
    }
}

static inline uint8_t exchange(uint32_t word)
{
    qmi_hw->direct_tx = word;
    wait_until_sent();
    return (uint8_t)qmi_hw->direct_rx;
}

static inline void command(uint32_t word)
{
    select(true);
    (void)exchange(word);
    select(false);
}

static void __no_inline_not_in_flash_func(find)(uint8_t id[2])
{
    const uint32_t kept = save_and_disable_interrupts();
    qmi_hw->direct_csr = (uint32_t)SLOW_DIVIDER << QMI_DIRECT_CSR_CLKDIV_LSB | QMI_DIRECT_CSR_EN_BITS;
    wait_until_sent();
    command(QMI_DIRECT_TX_OE_BITS | QMI_DIRECT_TX_IWIDTH_VALUE_Q << QMI_DIRECT_TX_IWIDTH_LSB | EXIT_QUAD);
    select(true);
    for (uint32_t i = 0; i < ID_BYTES; ++i) {
        const uint8_t byte = exchange(i == 0u ? READ_ID : 0xFFu);
        id[0] = i == KNOWN_GOOD_AT ? byte : id[0];
        id[1] = i == EXTENDED_AT ? byte : id[1];
    }
    select(false);
    command(RESET_ENABLE);
    command(RESET);
    command(ENTER_QUAD);
    qmi_hw->direct_csr = 0;
    restore_interrupts(kept);
}

/* ---- then it is memory ------------------------------------------------------------------------------------ */

static void write_register(void *context, uint32_t offset, uint32_t value)
{
    (void)context;
    *(volatile uint32_t *)(XIP_QMI_BASE + offset) = value;
}

static volatile uint32_t *word_at(uint32_t index, uint32_t bytes)
{
    /* Steps of an odd number of words meet every address line. */
    const uint32_t step = (bytes / 4u / TEST_WORDS) | 1u;
    return (volatile uint32_t *)(uintptr_t)(UNCACHED + 4u * (index * step % (bytes / 4u)));
}

static uint32_t test(uint32_t bytes)
{
    uint32_t bad = 0;
    for (uint32_t pass = 0; pass < 2u; ++pass) {
        for (uint32_t i = 0; i < TEST_WORDS; ++i) {
            *word_at(i, bytes) = rp_psram_pattern(i, pass);
        }
        for (uint32_t i = 0; i < TEST_WORDS; ++i) {
            bad += *word_at(i, bytes) != rp_psram_pattern(i, pass) ? 1u : 0u;
        }
    }
    return bad;
}

/* In sequence through the cache, as the Llama reads; larger than the cache's 16 KB. */
static void measure(rp_psram_report_t *report)
{
    volatile uint32_t *words = (volatile uint32_t *)(uintptr_t)RP_PSRAM_BASE;
    uint32_t began = time_us_32();
    for (uint32_t i = 0; i < MEASURED_WORDS; ++i) {
        words[i] = i;
    }
    report->write_bytes_a_ms = 4000u * MEASURED_WORDS / (time_us_32() - began + 1u);
    began = time_us_32();
    for (uint32_t i = 0; i < MEASURED_WORDS; ++i) {
        (void)words[i];
    }
    report->read_bytes_a_ms = 4000u * MEASURED_WORDS / (time_us_32() - began + 1u);
}

toy_status_t rp_psram_start(rp_psram_report_t *report, const rp_clock_plan_t *clocks, uint32_t pin)
{
    rp_psram_timing_t timing;
    uint8_t id[2] = {0, 0};
    *report = (rp_psram_report_t){0};
    TOY_TRY(rp_psram_timing(&timing, clocks));
    gpio_set_function(pin, GPIO_FUNC_XIP_CS1);
    find(id);
    report->bytes = rp_psram_bytes(id[0], id[1]);
    if (report->bytes == 0u) {
        return TOY_ERR_EMPTY;
    }
    const rp_registers_t qmi = {NULL, write_register};
    rp_psram_configure(&timing, &qmi);
    hw_set_bits(&xip_ctrl_hw->ctrl, XIP_CTRL_WRITABLE_M1_BITS);
    report->bad_words = test(report->bytes);
    if (report->bad_words != 0u) {
        return TOY_ERR_PORT;
    }
    measure(report);
    return TOY_OK;
}
