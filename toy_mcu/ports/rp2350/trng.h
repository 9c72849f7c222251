/* trng.h - random bytes from the chip's ring oscillator, watched by logic/health.h.
 * Out     bytes; the first call takes 4,096 bits more for the tests
 * Time    about 0.2 ms for 24 bytes at 150 MHz (datasheet 12.12: 2 ms for 1,024 bits), waits for at most 20 ms
 * Errors  TOY_ERR_PORT: the source does not answer, failed a test of its own or one of ours; for good, until a restart */
#ifndef RP2350_TRNG_H
#define RP2350_TRNG_H

#include <stddef.h>

#include "base/status.h"

TOY_MUST_USE toy_status_t rp_trng_read(void *bytes, size_t count);

#endif
