/* vault.h - what the toy must not lose: the pairing's key, the sessions' keys, pairing itself, and the seal made of them.
 * In      the port, for its store, its random bytes and its clock
 * Out     a toy_cipher_t for link and a toy_household_t for app; not one byte of a key
 * Memory  toy_vault_t, about 0.7 KB, all of it secret
 * Errors  init: TOY_ERR_FORMAT the stored key is damaged: the toy then counts as not paired; TOY_ERR_PORT
 * A port owns one vault a toy. A toy without a key answers nothing but pairing. */
#ifndef TOY_SECURE_VAULT_H
#define TOY_SECURE_VAULT_H

#include "secure/gateway.h"
#include "secure/keys.h"
#include "secure/noise_cipher.h"
#include "secure/pairing.h"

typedef struct {
    toy_port_t *port;
    toy_noise_cipher_t noise;
    toy_pairing_t pairing;
} toy_vault_t;

/* Loads the key, if there is one. cable: whoever is on the link holds the toy in their hands (UART, USB, a PTY). */
TOY_MUST_USE toy_status_t toy_vault_init(toy_vault_t *vault, toy_port_t *port, bool cable);

/* A key that came some other way than by pairing: a developer's virtual plush. Running sessions end. */
TOY_MUST_USE toy_status_t toy_vault_set_key(toy_vault_t *vault, const uint8_t psk[TOY_KEY_BYTES]);

toy_cipher_t toy_vault_cipher(toy_vault_t *vault);
toy_household_t toy_vault_household(toy_vault_t *vault);

#endif
