/* null_cipher.h - a seal that hides nothing and proves nothing: for test vectors and for work on the protocol.
 * Out     the body as it is and a tag of 16 zero bytes; no handshake payload
 * Memory  none
 * Errors  TOY_ERR_AUTH when the tag is not zero */
#ifndef TOY_LINK_NULL_CIPHER_H
#define TOY_LINK_NULL_CIPHER_H

#include "link/cipher.h"

toy_cipher_t toy_null_cipher(void);

#endif
