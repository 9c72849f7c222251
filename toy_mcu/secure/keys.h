/* keys.h - the pairing's key in the port's store: one household, or none.
 * In      32 bytes
 * Out     the same after a power cycle
 * Memory  one record of 33 bytes
 * Errors  TOY_ERR_EMPTY not paired; TOY_ERR_FORMAT the record is damaged: treat as not paired; TOY_ERR_PORT */
#ifndef TOY_SECURE_KEYS_H
#define TOY_SECURE_KEYS_H

#include "port/toy_port.h"
#include "secure/primitives.h"

enum { TOY_RECORD_PAIRING = 3 }; /* beside those of app/records.h */

TOY_MUST_USE toy_status_t toy_keys_load(toy_port_t *port, uint8_t psk[TOY_KEY_BYTES]);
TOY_MUST_USE toy_status_t toy_keys_save(toy_port_t *port, const uint8_t psk[TOY_KEY_BYTES]);

/* Writes zeros over the record. Flash that spreads its wear may keep an old copy: see SECURITY.md. */
TOY_MUST_USE toy_status_t toy_keys_forget(toy_port_t *port);

#endif
