/* vault.h - what the toy must not lose: the pairing's key, the sessions' keys, and the seal made of them.
 * In      the port, for its store and its random bytes
 * Out     a toy_cipher_t for the link; not one byte of a key
 * Memory  toy_vault_t, about 0.5 KB, all of it secret
 * Errors  init: TOY_ERR_FORMAT the stored key is damaged: the toy then counts as not paired; TOY_ERR_PORT
 * A port owns one vault a toy and hands its cipher to app. A toy without a key answers no handshake. */
#ifndef TOY_SECURE_VAULT_H
#define TOY_SECURE_VAULT_H

#include "secure/keys.h"
#include "secure/noise_cipher.h"

typedef struct {
    toy_port_t *port;
    toy_noise_cipher_t noise;
} toy_vault_t;

/* Loads the key, if there is one. */
TOY_MUST_USE toy_status_t toy_vault_init(toy_vault_t *vault, toy_port_t *port);

/* A key that came some other way than by pairing: a developer's virtual plush. Running sessions end. */
TOY_MUST_USE toy_status_t toy_vault_set_key(toy_vault_t *vault, const uint8_t psk[TOY_KEY_BYTES]);

/* The household is forgotten: zeros in the store and in memory. */
TOY_MUST_USE toy_status_t toy_vault_forget(toy_vault_t *vault);

bool toy_vault_is_paired(const toy_vault_t *vault);
toy_cipher_t toy_vault_cipher(toy_vault_t *vault);

#endif
