/* peer_cipher.h - a seal for tests: a keystream and a checksum that depend on session, direction, counter and header,
 * so that a frame sealed or opened under the wrong one of these is noticed as a real cipher would notice it. Not secret.
 * Aborts the program when one counter is ever used to seal twice in a session: a nonce must never be used again. */
#ifndef TOY_TEST_PEER_CIPHER_H
#define TOY_TEST_PEER_CIPHER_H

#include "link/cipher.h"

typedef struct {
    uint32_t key[2];       /* CRC-32 of the session id */
    uint64_t next_seal[2]; /* the lowest counter that was not sealed yet */
} peer_cipher_t;

toy_cipher_t peer_cipher(peer_cipher_t *state);

#endif
