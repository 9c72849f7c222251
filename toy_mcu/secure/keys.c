#include "secure/keys.h"

#include <string.h>

enum { FORGOTTEN = 0, PAIRED = 1, RECORD_BYTES = 1 + TOY_KEY_BYTES };

toy_status_t toy_keys_load(toy_port_t *port, uint8_t psk[TOY_KEY_BYTES])
{
    uint8_t record[RECORD_BYTES];
    size_t count = sizeof record;
    TOY_TRY(toy_port_store_read(port, TOY_RECORD_PAIRING, record, &count));
    toy_status_t status = TOY_OK;
    if (count != sizeof record || record[0] > PAIRED) {
        status = TOY_ERR_FORMAT;
    } else if (record[0] == FORGOTTEN) {
        status = TOY_ERR_EMPTY;
    } else {
        memcpy(psk, record + 1, TOY_KEY_BYTES);
    }
    toy_wipe(record, sizeof record);
    return status;
}

static toy_status_t write(toy_port_t *port, uint8_t kind, const uint8_t psk[TOY_KEY_BYTES])
{
    uint8_t record[RECORD_BYTES];
    record[0] = kind;
    memcpy(record + 1, psk, TOY_KEY_BYTES);
    toy_status_t status = toy_port_store_write(port, TOY_RECORD_PAIRING, record, sizeof record);
    toy_wipe(record, sizeof record);
    return status;
}

toy_status_t toy_keys_save(toy_port_t *port, const uint8_t psk[TOY_KEY_BYTES]) { return write(port, PAIRED, psk); }

toy_status_t toy_keys_forget(toy_port_t *port)
{
    static const uint8_t zeros[TOY_KEY_BYTES];
    return write(port, FORGOTTEN, zeros);
}
