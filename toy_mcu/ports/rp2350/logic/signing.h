/* signing.h - what one would burn into the chip so that it starts sealed images alone: a plan to read, never burnt here.
 * In      SHA-256 of the public key: 64 bytes, x then y, as picotool writes it into otp.json
 * Out     OTP rows and values in the order in which to burn them, with the reason of each
 * Memory  the caller's
 * Source  RP2350 datasheet 13.10 "OTP", 5.10.1 "Secure boot": BOOTKEY0 at rows 080h to 08Fh with ECC, BOOT_FLAGS1 at 04Bh in
 *         three copies, CRIT1 at 040h in eight; page locks at F80h + 2 * page, in three copies of a byte */
#ifndef RP2350_SIGNING_H
#define RP2350_SIGNING_H

#include <stdbool.h>
#include <stdint.h>

#define RP_KEY_HASH_BYTES 32u
#define RP_OTP_STEPS 21u

typedef struct {
    uint16_t row;
    uint8_t copies; /* rows from here on that take the same value; 1: ECC */
    bool ecc;
    uint32_t value;
    const char *why;
    bool for_good; /* from here on an image without the seal does not start */
} rp_otp_step_t;

/* Returns how many steps. */
uint32_t rp_signing_plan(rp_otp_step_t steps[RP_OTP_STEPS], const uint8_t key_hash[RP_KEY_HASH_BYTES]);

#endif
