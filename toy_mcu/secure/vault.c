#include "secure/vault.h"

#include <string.h>

toy_status_t toy_vault_init(toy_vault_t *vault, toy_port_t *port)
{
    uint8_t psk[TOY_KEY_BYTES];
    memset(vault, 0, sizeof *vault);
    vault->port = port;
    toy_status_t status = toy_keys_load(port, psk);
    toy_noise_cipher_init(&vault->noise, port, status == TOY_OK ? psk : NULL);
    toy_wipe(psk, sizeof psk);
    return status == TOY_ERR_EMPTY ? TOY_OK : status;
}

toy_status_t toy_vault_set_key(toy_vault_t *vault, const uint8_t psk[TOY_KEY_BYTES])
{
    TOY_TRY(toy_keys_save(vault->port, psk));
    toy_noise_cipher_pair(&vault->noise, psk);
    return TOY_OK;
}

toy_status_t toy_vault_forget(toy_vault_t *vault)
{
    toy_noise_cipher_pair(&vault->noise, NULL); /* first what works without the store */
    return toy_keys_forget(vault->port);
}

bool toy_vault_is_paired(const toy_vault_t *vault) { return vault->noise.paired; }

toy_cipher_t toy_vault_cipher(toy_vault_t *vault) { return toy_noise_cipher(&vault->noise); }
