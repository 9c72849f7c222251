#include "rp2350/logic/psram.h"

enum {
    TCEM_NS = 8000,
    TCPH_NS = 18,
    TCHD_NS = 20,
    TACLK_PS = 5500,
    TKOH_PS = 1500,
    WIRES_PS = 4000,
    REFRESH_UNIT = 64,
    MAX_SELECT_MOST = 63,
    SELECT_HOLD_MOST = 3,
};

/* Fields of M1_TIMING. */
enum { COOLDOWN_LSB = 30, PAGEBREAK_LSB = 28, HOLD_LSB = 23, MAX_SELECT_LSB = 17, MIN_DESELECT_LSB = 12, RXDELAY_LSB = 8 };
enum { COOLDOWN_64 = 1, PAGEBREAK_1024 = 2 };
/* Fields of M1_RFMT and M1_WFMT. */
enum { QUAD = 2, ADDRESS_LSB = 2, SUFFIX_LSB = 4, DUMMY_LSB = 6, DATA_LSB = 8, PREFIX_LEN_LSB = 12, DUMMY_LEN_LSB = 16 };
enum { PREFIX_8_BITS = 1, DUMMY_24_BITS = 6, READ = 0xEB, WRITE = 0x38 };

static uint32_t cycles_for(uint64_t ns, uint32_t hz) { return (uint32_t)((ns * hz + 999999999u) / 1000000000u); }
static uint32_t less(uint32_t a, uint32_t b) { return a > b ? a - b : 0u; }

toy_status_t rp_psram_timing(rp_psram_timing_t *timing, const rp_clock_plan_t *clocks)
{
    const uint32_t divider = clocks->qspi_divider, hz = clocks->sys_hz;
    const uint32_t max_select = (uint32_t)((uint64_t)TCEM_NS * hz / 1000000000u) / REFRESH_UNIT;
    if (divider == 0u || hz / divider > RP_QSPI_MAX_HZ || max_select == 0u) {
        return TOY_ERR_ARG;
    }
    const uint32_t half = divider / 2u; /* QSPI clocks low before the chip select moves, in sys clocks */
    const uint32_t hold = less(cycles_for(TCHD_NS, hz), half);
    /* Data is good from tACLK after a falling edge to tKOH after the next; half a QSPI clock is waited anyway. */
    const uint64_t late_ps = (TACLK_PS + TKOH_PS) / 2u + WIRES_PS;
    timing->divider = (uint8_t)divider;
    timing->rx_delay = (uint8_t)((late_ps * hz * 2u + 500000000000u) / 1000000000000u);
    timing->min_deselect = (uint8_t)less(cycles_for(TCPH_NS, hz), half);
    timing->max_select = (uint8_t)(max_select < MAX_SELECT_MOST ? max_select : MAX_SELECT_MOST);
    timing->select_hold = (uint8_t)(hold < SELECT_HOLD_MOST ? hold : SELECT_HOLD_MOST);
    return TOY_OK;
}

void rp_psram_configure(const rp_psram_timing_t *timing, const rp_registers_t *qmi)
{
    const uint32_t quad = QUAD | QUAD << ADDRESS_LSB | QUAD << SUFFIX_LSB | QUAD << DUMMY_LSB | QUAD << DATA_LSB |
                          PREFIX_8_BITS << PREFIX_LEN_LSB;
    qmi->write(qmi->context, RP_QMI_M1_TIMING,
               (uint32_t)COOLDOWN_64 << COOLDOWN_LSB | (uint32_t)PAGEBREAK_1024 << PAGEBREAK_LSB |
                   (uint32_t)timing->select_hold << HOLD_LSB | (uint32_t)timing->max_select << MAX_SELECT_LSB |
                   (uint32_t)timing->min_deselect << MIN_DESELECT_LSB | (uint32_t)timing->rx_delay << RXDELAY_LSB |
                   timing->divider);
    qmi->write(qmi->context, RP_QMI_M1_RFMT, quad | DUMMY_24_BITS << DUMMY_LEN_LSB);
    qmi->write(qmi->context, RP_QMI_M1_RCMD, READ);
    qmi->write(qmi->context, RP_QMI_M1_WFMT, quad);
    qmi->write(qmi->context, RP_QMI_M1_WCMD, WRITE);
}

uint32_t rp_psram_bytes(uint8_t known_good, uint8_t extended_id)
{
    enum { KNOWN_GOOD = 0x5D, DENSITY_LSB = 5 };
    static const uint32_t megabytes[8] = {2, 4, 8, 0, 0, 0, 0, 0};
    return known_good == KNOWN_GOOD ? megabytes[extended_id >> DENSITY_LSB] << 20 : 0u;
}

uint32_t rp_psram_pattern(uint32_t index, uint32_t pass)
{
    const uint32_t mixed = (index + pass * 0x9E3779B9u) * 0x85EBCA6Bu;
    return (pass & 1u) != 0u ? ~mixed : mixed;
}
