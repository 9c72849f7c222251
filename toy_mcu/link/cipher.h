/* cipher.h - how frames are sealed, and how pairing is answered: callbacks that app hands in, so that link knows no
 * cryptography.
 * A toy has at most two sessions at once, the live one and one that waits for its first frame: slots 0 and 1.
 * In      answer: session id, handshake payload of step 1; seal and open: body in place, tag behind it
 * Out     answer: payload of step 2, and the slot's keys are set; seal: body and 16-byte tag; open: body; pair: payload
 *         of the next step
 * Errors  TOY_ERR_AUTH when a body does not open or a handshake is refused */
#ifndef TOY_LINK_CIPHER_H
#define TOY_LINK_CIPHER_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

typedef struct {
    void *context;
    /* reply holds TOY_PACKET_PAYLOAD_MAX_BYTES. */
    toy_status_t (*answer)(void *context, unsigned slot, const uint8_t session[8], const uint8_t *request,
                           size_t request_bytes, uint8_t *reply, size_t *reply_bytes);
    /* header: the 4 bytes before the body; counter: the nonce, never used twice under one slot's keys. */
    toy_status_t (*seal)(void *context, unsigned slot, uint64_t counter, const uint8_t header[4], uint8_t *body,
                         size_t body_bytes);
    /* body_bytes does not count the tag. */
    toy_status_t (*open)(void *context, unsigned slot, uint64_t counter, const uint8_t header[4], uint8_t *body,
                         size_t body_bytes);
    /* answer holds TOY_PACKET_PAYLOAD_MAX_BYTES. NULL: this toy does not pair. */
    toy_status_t (*pair)(void *context, uint8_t step, const uint8_t id[8], const uint8_t *payload, size_t payload_bytes,
                         uint8_t *answer, size_t *answer_bytes);
} toy_cipher_t;

#endif
