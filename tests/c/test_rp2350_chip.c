/* Clocks, PSRAM, partition and signing plan against tables worked out by hand from the datasheets. */
#include "audio/format.h"
#include "rp2350/logic/clocks.h"
#include "rp2350/logic/partition.h"
#include "rp2350/logic/psram.h"
#include "rp2350/logic/signing.h"
#include "rp2350/logic/store.h"
#include "register_capture.h"
#include "toy_test.h"

static rp_clock_plan_t plan_of(uint32_t mhz)
{
    rp_clock_plan_t plan;
    TOY_CHECK_INT(rp_clock_plan(&plan, mhz, TOY_RATE_HZ), TOY_OK);
    return plan;
}

/* 150: 12 MHz * 125 = 1500 = 150 * 5 * 2; 150/84 -> 2, 75 MHz; 150e6 / (128 * 16000) = 73.2422 = 73 + 62/256.
 * 200: 12 MHz * 100 = 1200 = 200 * 3 * 2 (or 6 * 1); 200/84 -> 3, 66.7 MHz; 97.65625 = 97 + 168/256.
 * The ring: 150 / 9.6 = 15.625 = 15 + 160/256; 200 / 9.6 = 20.8333 = 20 + 213/256. */
static void both_clocks_as_worked_out(void)
{
    const rp_clock_plan_t slow = plan_of(150), fast = plan_of(200);
    TOY_CHECK_INT(slow.vco_hz, 1500000000);
    TOY_CHECK_INT(slow.post1 * slow.post2, 10);
    TOY_CHECK_INT(slow.qspi_divider, 2);
    TOY_CHECK_INT(slow.pio_whole, 73);
    TOY_CHECK_INT(slow.pio_fraction, 62);
    TOY_CHECK_INT(slow.ring_whole, 15);
    TOY_CHECK_INT(slow.ring_fraction, 160);
    TOY_CHECK_INT(slow.core_millivolts, 1100);
    TOY_CHECK_INT(fast.vco_hz, 1200000000);
    TOY_CHECK_INT(fast.post1 * fast.post2, 6);
    TOY_CHECK_INT(fast.qspi_divider, 3);
    TOY_CHECK_INT(fast.pio_whole, 97);
    TOY_CHECK_INT(fast.pio_fraction, 168);
    TOY_CHECK_INT(fast.ring_whole, 20);
    TOY_CHECK_INT(fast.ring_fraction, 213);
    TOY_CHECK_INT(fast.core_millivolts, 1150);
}

/* M0_TIMING as the boot ROM leaves it, with every field set: CLKDIV bits 7:0 and RXDELAY bits 10:8 alone change. */
static void the_flash_follows_the_clock(void)
{
    TOY_CHECK_INT(rp_clock_flash_timing(0x60007203u, plan_of(150).qspi_divider), 0x60007202u);
    TOY_CHECK_INT(rp_clock_flash_timing(0x60007202u, plan_of(200).qspi_divider), 0x60007303u);
    TOY_CHECK_INT(rp_clock_flash_timing(0xFFFFFFFFu, 3), 0xFFFFFB03u);
}

static void every_clock_that_is_taken_keeps_the_limits(void)
{
    unsigned taken = 0;
    for (uint32_t mhz = 1; mhz < 400u; ++mhz) {
        rp_clock_plan_t plan;
        if (rp_clock_plan(&plan, mhz, TOY_RATE_HZ) != TOY_OK) {
            continue;
        }
        ++taken;
        TOY_CHECK(mhz >= 48u && mhz <= 200u);
        TOY_CHECK(plan.vco_hz >= 750000000u && plan.vco_hz <= 1600000000u);
        TOY_CHECK(plan.post1 >= plan.post2 && plan.post2 >= 1u && plan.post1 <= 7u);
        TOY_CHECK_INT(plan.vco_hz, 12000000u * plan.feedback);
        TOY_CHECK_INT(plan.vco_hz, (uint64_t)mhz * 1000000u * plan.post1 * plan.post2);
        TOY_CHECK(mhz * 1000000u / plan.qspi_divider <= RP_QSPI_MAX_HZ);
        const uint64_t rate_256 = (uint64_t)mhz * 1000000u * 256u * 256u / (plan.pio_whole * 256u + plan.pio_fraction) / 128u;
        TOY_CHECK(rate_256 > 4095000u && rate_256 < 4097000u); /* 16 kHz * 256, within 0.025% */
    }
    TOY_CHECK(taken > 20u);
}

/* ---- PSRAM --------------------------------------------------------------------------------------------- */

/* Field by field, RP2350 datasheet table "QMI: M1_TIMING"; nanoseconds of the APS6404L at each clock:
 *
 *             150 MHz, 6.67 ns, QSPI 75 MHz         200 MHz, 5 ns, QSPI 66.7 MHz
 * COOLDOWN    1  (64 clocks)                        1
 * PAGEBREAK   2  (1,024 bytes)                      2
 * HOLD        20 ns = 3 clocks, less 1 of the half  4 less 1 = 3
 *             QSPI clock = 2
 * MAX_SELECT  8,000 ns = 1,200 clocks = 18.75 * 64  1,600 = 25 * 64
 * DESELECT    18 ns = 3 clocks, less 1 = 2          4 less 1 = 3
 * RXDELAY     (5.5 + 1.5) / 2 + 4 = 7.5 ns          7.5 ns = 3 halves of 2.5 ns
 *             = 2.25 halves of 3.33 ns = 2
 * CLKDIV      2                                     3 */
static void the_registers_are_those_of_the_table(void)
{
    static const uint32_t timing[2] = {
        1u << 30 | 2u << 28 | 2u << 23 | 18u << 17 | 2u << 12 | 2u << 8 | 2u,
        1u << 30 | 2u << 28 | 3u << 23 | 25u << 17 | 3u << 12 | 3u << 8 | 3u,
    };
    static const uint32_t mhz[2] = {150, 200};
    for (unsigned i = 0; i < 2u; ++i) {
        const rp_clock_plan_t clocks = plan_of(mhz[i]);
        rp_psram_timing_t fit;
        capture_t seen = {.count = 0};
        const rp_registers_t qmi = {&seen, capture};
        TOY_CHECK_INT(rp_psram_timing(&fit, &clocks), TOY_OK);
        rp_psram_configure(&fit, &qmi);
        TOY_CHECK_INT(seen.count, 5);
        TOY_CHECK_INT(seen.offset[0], 0x20);
        TOY_CHECK_INT(seen.value[0], timing[i]);
        /* Prefix of 8 bits, no suffix, everything four wires wide (2); read: 24 dummy bits = 6 clocks = value 6. */
        TOY_CHECK_INT(seen.offset[1], 0x24);
        TOY_CHECK_INT(seen.value[1], 0x000612AA);
        TOY_CHECK_INT(seen.offset[2], 0x28);
        TOY_CHECK_INT(seen.value[2], 0xEB);
        TOY_CHECK_INT(seen.offset[3], 0x2C);
        TOY_CHECK_INT(seen.value[3], 0x000012AA);
        TOY_CHECK_INT(seen.offset[4], 0x30);
        TOY_CHECK_INT(seen.value[4], 0x38);
    }
}

static void the_timing_holds_at_every_clock(void)
{
    for (uint32_t mhz = 48; mhz <= 200u; ++mhz) {
        rp_clock_plan_t clocks;
        rp_psram_timing_t fit;
        if (rp_clock_plan(&clocks, mhz, TOY_RATE_HZ) != TOY_OK) {
            continue;
        }
        TOY_CHECK_INT(rp_psram_timing(&fit, &clocks), TOY_OK);
        const double clock_ns = 1000.0 / mhz, half = fit.divider / 2;
        TOY_CHECK(clock_ns * fit.divider >= 1000.0 / 84.0 - 1e-6);
        TOY_CHECK(64.0 * fit.max_select * clock_ns <= 8000.0 + 1e-6 && fit.max_select >= 1u);
        TOY_CHECK((fit.min_deselect + half) * clock_ns >= 18.0 - 1e-6);
        TOY_CHECK((fit.select_hold + half) * clock_ns >= 20.0 - 1e-6 || fit.select_hold == 3u);
        /* Data is taken inside its eye: from tACLK + wires to a QSPI clock + tKOH + wires after the falling edge. */
        const double at_ns = clock_ns * fit.divider / 2.0 + clock_ns / 2.0 * fit.rx_delay;
        TOY_CHECK(at_ns >= 5.5 + 4.0 - clock_ns / 2.0 && at_ns <= clock_ns * fit.divider + 1.5 + 4.0);
    }
}

static void a_clock_beyond_the_chip_is_refused(void)
{
    rp_clock_plan_t clocks = plan_of(200);
    rp_psram_timing_t fit;
    clocks.qspi_divider = 2;
    TOY_CHECK_INT(rp_psram_timing(&fit, &clocks), TOY_ERR_ARG);
}

/* APS6404L answers 5Dh and 010xxxxx for 64 Mbit. */
static void the_size_is_read_from_the_id(void)
{
    TOY_CHECK_INT(rp_psram_bytes(0x5D, 0x52), 8u << 20);
    TOY_CHECK_INT(rp_psram_bytes(0x5D, 0x20), 4u << 20);
    TOY_CHECK_INT(rp_psram_bytes(0x55, 0x52), 0);
    TOY_CHECK_INT(rp_psram_bytes(0xFF, 0xFF), 0);
}

static void the_pattern_tells_lines_apart(void)
{
    for (uint32_t line = 0; line < 21u; ++line) { /* a stuck address line reads another word */
        TOY_CHECK(rp_psram_pattern(1u << line, 0) != rp_psram_pattern(0, 0));
        TOY_CHECK(rp_psram_pattern(1u << line, 1) != rp_psram_pattern(0, 1));
    }
    uint32_t ones = 0, zeros = 0;
    for (uint32_t i = 0; i < 64u; ++i) {
        ones |= rp_psram_pattern(i, 0);
        zeros |= ~rp_psram_pattern(i, 0);
    }
    TOY_CHECK(ones == UINT32_MAX && zeros == UINT32_MAX);
}

/* ---- flash and OTP ------------------------------------------------------------------------------------- */

static void the_parts_fill_the_flash(void)
{
    static const uint32_t sizes[2] = {4u << 20, 16u << 20};
    for (unsigned i = 0; i < 2u; ++i) {
        rp_partition_t plan;
        TOY_CHECK_INT(rp_partition_plan(&plan, sizes[i]), TOY_OK);
        const rp_part_t parts[5] = {plan.firmware, plan.model, plan.records, plan.bonds, plan.spare};
        uint32_t at = 0;
        for (unsigned part = 0; part < 5u; ++part) {
            TOY_CHECK_INT(parts[part].offset, at);
            TOY_CHECK(parts[part].bytes % RP_STORE_SECTOR_BYTES == 0u && parts[part].bytes > 0u);
            at += parts[part].bytes;
        }
        TOY_CHECK_INT(at, sizes[i]);
        TOY_CHECK(plan.model.bytes > 300u * 1024u); /* stories260K in int8 */
    }
    rp_partition_t none;
    TOY_CHECK_INT(rp_partition_plan(&none, 2u << 20), TOY_ERR_ARG);
    TOY_CHECK_INT(rp_partition_plan(&none, (4u << 20) + 1u), TOY_ERR_ARG);
}

/* RP2350 datasheet 13.10: rows of the list, in the order that can be stopped before it binds. */
static void the_otp_plan_binds_last(void)
{
    uint8_t hash[RP_KEY_HASH_BYTES];
    rp_otp_step_t steps[RP_OTP_STEPS];
    for (unsigned i = 0; i < sizeof hash; ++i) {
        hash[i] = (uint8_t)(0xA0u + i);
    }
    const uint32_t count = rp_signing_plan(steps, hash);
    TOY_CHECK_INT(count, RP_OTP_STEPS);
    for (unsigned i = 0; i < 16u; ++i) {
        TOY_CHECK_INT(steps[i].row, 0x80u + i);
        TOY_CHECK(steps[i].ecc && !steps[i].for_good);
        TOY_CHECK_INT(steps[i].value, (0xA1u + 2u * i) << 8 | (0xA0u + 2u * i));
    }
    static const struct {
        uint32_t row, copies, value;
        bool for_good;
    } rest[5] = {{0x04B, 3, 0x001, false}, {0xF85, 1, 0x151515, true}, {0x04B, 3, 0xE01, true}, {0x040, 8, 0x15, true},
                 {0xF83, 1, 0x151515, true}};
    for (unsigned i = 0; i < 5u; ++i) {
        TOY_CHECK_INT(steps[16u + i].row, rest[i].row);
        TOY_CHECK_INT(steps[16u + i].copies, rest[i].copies);
        TOY_CHECK_INT(steps[16u + i].value, rest[i].value);
        TOY_CHECK_INT(steps[16u + i].for_good, rest[i].for_good);
        TOY_CHECK(!steps[16u + i].ecc);
    }
}

int main(void)
{
    TOY_RUN(both_clocks_as_worked_out);
    TOY_RUN(the_flash_follows_the_clock);
    TOY_RUN(every_clock_that_is_taken_keeps_the_limits);
    TOY_RUN(the_registers_are_those_of_the_table);
    TOY_RUN(the_timing_holds_at_every_clock);
    TOY_RUN(a_clock_beyond_the_chip_is_refused);
    TOY_RUN(the_size_is_read_from_the_id);
    TOY_RUN(the_pattern_tells_lines_apart);
    TOY_RUN(the_parts_fill_the_flash);
    TOY_RUN(the_otp_plan_binds_last);
    TOY_DONE();
}
