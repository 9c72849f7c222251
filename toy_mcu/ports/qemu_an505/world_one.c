#include "secure/vault.h"
#include "world.h"

static toy_vault_t vault;

toy_status_t world_open(toy_port_t *port) { return toy_vault_init(&vault, port, true); }
toy_cipher_t world_cipher(void) { return toy_vault_cipher(&vault); }
toy_household_t world_household(void) { return toy_vault_household(&vault); }
void world_set_key(const uint8_t key[32]) { toy_ignore(toy_vault_set_key(&vault, key)); /* the records lie in RAM */ }
