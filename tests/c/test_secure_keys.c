/* The pairing's record over power cycles, damage and a store that refuses. */
#include "fake_port.h"
#include "secure/keys.h"
#include "toy_test.h"

static toy_port_t port;
static uint8_t key[32], found[32];

static void a_new_toy_is_not_paired(void) { TOY_CHECK_INT(toy_keys_load(&port, found), TOY_ERR_EMPTY); }

static void a_key_is_kept_and_forgotten(void)
{
    memset(key, 0x5A, sizeof key);
    TOY_CHECK_INT(toy_keys_save(&port, key), TOY_OK);
    TOY_CHECK_INT(toy_keys_load(&port, found), TOY_OK);
    TOY_CHECK_BYTES(found, key, 32u);
    TOY_CHECK_INT(toy_keys_forget(&port), TOY_OK);
    TOY_CHECK_INT(toy_keys_load(&port, found), TOY_ERR_EMPTY);
    for (size_t at = 0u; at < FAKE_RECORD_BYTES; ++at) {
        TOY_CHECK(port.records[TOY_RECORD_PAIRING][at] != 0x5A);
    }
}

static void a_damaged_record_is_no_key(void)
{
    TOY_CHECK_INT(toy_keys_save(&port, key), TOY_OK);
    port.records[TOY_RECORD_PAIRING][0] = 9u;
    TOY_CHECK_INT(toy_keys_load(&port, found), TOY_ERR_FORMAT);
    TOY_CHECK_INT(toy_keys_save(&port, key), TOY_OK);
    port.record_bytes[TOY_RECORD_PAIRING] = 20u;
    TOY_CHECK_INT(toy_keys_load(&port, found), TOY_ERR_FORMAT);
    port.record_bytes[TOY_RECORD_PAIRING] = 34u;
    TOY_CHECK(toy_keys_load(&port, found) != TOY_OK);
}

static void a_store_that_refuses_says_so(void)
{
    port.store_refuses = true;
    TOY_CHECK_INT(toy_keys_save(&port, key), TOY_ERR_PORT);
    TOY_CHECK_INT(toy_keys_forget(&port), TOY_ERR_PORT);
    port.store_refuses = false;
}

int main(void)
{
    TOY_RUN(a_new_toy_is_not_paired);
    TOY_RUN(a_key_is_kept_and_forgotten);
    TOY_RUN(a_damaged_record_is_no_key);
    TOY_RUN(a_store_that_refuses_says_so);
    TOY_DONE();
}
