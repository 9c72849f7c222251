/* Records in flash, with the power cut after every single byte of a write. */
#include "fake_flash.h"
#include "rp2350/logic/partition.h"
#include "toy_test.h"

static fake_flash_t flash;
static const rp_store_t store = {&flash, flash.bytes, fake_flash_erase, fake_flash_program};
static uint8_t record[RP_STORE_RECORD_BYTES + 1u], back[RP_STORE_RECORD_BYTES];

static void fill(uint8_t seed, size_t count)
{
    for (size_t i = 0; i < count; ++i) {
        record[i] = (uint8_t)(seed + i * 7u);
    }
}

static bool holds(uint16_t name, uint8_t seed, size_t count)
{
    size_t got = sizeof back;
    fill(seed, count);
    return rp_store_read(&store, name, back, &got) == TOY_OK && got == count && memcmp(back, record, count) == 0;
}

static void what_was_written_is_read(void)
{
    static const size_t sizes[7] = {1, 33, 240, 241, 256, 3000, RP_STORE_RECORD_BYTES};
    fake_flash_init(&flash);
    for (uint8_t i = 0; i < 7u; ++i) {
        for (uint16_t name = 0; name < RP_STORE_NAMES; ++name) {
            fill((uint8_t)(i * 16u + name), sizes[i]);
            TOY_CHECK_INT(rp_store_write(&store, name, record, sizes[i]), TOY_OK);
        }
        for (uint16_t name = 0; name < RP_STORE_NAMES; ++name) {
            TOY_CHECK(holds(name, (uint8_t)(i * 16u + name), sizes[i]));
        }
    }
}

static void bad_calls_are_refused(void)
{
    size_t count = sizeof back;
    fake_flash_init(&flash);
    TOY_CHECK_INT(rp_store_read(&store, 1, back, &count), TOY_ERR_EMPTY);
    TOY_CHECK_INT(rp_store_read(&store, RP_STORE_NAMES, back, &count), TOY_ERR_ARG);
    TOY_CHECK_INT(rp_store_write(&store, RP_STORE_NAMES, record, 1), TOY_ERR_ARG);
    TOY_CHECK_INT(rp_store_write(&store, 1, record, 0), TOY_ERR_ARG);
    TOY_CHECK_INT(rp_store_write(&store, 1, record, RP_STORE_RECORD_BYTES + 1u), TOY_ERR_ARG);
    TOY_CHECK_INT(rp_store_write(&store, 1, record, 100), TOY_OK);
    count = 99;
    TOY_CHECK_INT(rp_store_read(&store, 1, back, &count), TOY_ERR_MEMORY);
    flash.refuses = true;
    fill(9, 100);
    TOY_CHECK_INT(rp_store_write(&store, 1, record, 100), TOY_ERR_PORT);
}

/* 4,096 bytes of the erasure and 512 of the pages: power goes after each of them. */
static void power_lost_anywhere_leaves_the_old_or_the_new(void)
{
    unsigned olds = 0, news = 0;
    for (uint32_t cut = 1; cut < 4096u + 600u; ++cut) {
        fake_flash_init(&flash);
        fill(10, 300);
        TOY_CHECK_INT(rp_store_write(&store, 2, record, 300), TOY_OK);
        fill(20, 400);
        TOY_CHECK_INT(rp_store_write(&store, 2, record, 400), TOY_OK);
        flash.power = cut;
        fill(30, 350);
        toy_ignore(rp_store_write(&store, 2, record, 350));
        flash.power = UINT32_MAX;
        const bool is_old = holds(2, 20, 400), is_new = holds(2, 30, 350);
        TOY_CHECK(is_old != is_new);
        olds += is_old;
        news += is_new;
        fill(40, 50);
        TOY_CHECK_INT(rp_store_write(&store, 2, record, 50), TOY_OK); /* and the store goes on */
        TOY_CHECK(holds(2, 40, 50));
    }
    TOY_CHECK(olds > 4000u && news > 50u);
}

static void the_same_again_wears_nothing(void)
{
    fake_flash_init(&flash);
    fill(1, 80);
    for (unsigned i = 0; i < 10u; ++i) {
        TOY_CHECK_INT(rp_store_write(&store, 1, record, 80), TOY_OK);
    }
    TOY_CHECK_INT(flash.erased[4] + flash.erased[6], 1);
}

static void damage_is_seen(void)
{
    fake_flash_init(&flash);
    fill(1, 200);
    TOY_CHECK_INT(rp_store_write(&store, 1, record, 200), TOY_OK);
    fill(2, 200);
    TOY_CHECK_INT(rp_store_write(&store, 1, record, 200), TOY_OK);
    flash.bytes[2u * RP_STORE_PLACE_BYTES + 100u] ^= 4u; /* the newer one */
    TOY_CHECK(holds(1, 1, 200) || holds(1, 2, 200));
    flash.bytes[3u * RP_STORE_PLACE_BYTES + 100u] ^= 4u;
    size_t count = sizeof back;
    TOY_CHECK_INT(rp_store_read(&store, 1, back, &count), TOY_ERR_EMPTY);
}

int main(void)
{
    TOY_RUN(what_was_written_is_read);
    TOY_RUN(bad_calls_are_refused);
    TOY_RUN(power_lost_anywhere_leaves_the_old_or_the_new);
    TOY_RUN(the_same_again_wears_nothing);
    TOY_RUN(damage_is_seen);
    TOY_DONE();
}
