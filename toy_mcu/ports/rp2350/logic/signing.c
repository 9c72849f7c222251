#include "rp2350/logic/signing.h"

enum {
    BOOTKEY0 = 0x080,
    BOOT_FLAGS1 = 0x04B,
    CRIT1 = 0x040,
    PAGE1_LOCK1 = 0xF83,
    PAGE2_LOCK1 = 0xF85,
    KEY0_VALID = 1,
    KEYS_1_TO_3_INVALID = 0xE00,
    SECURE_BOOT = 1,
    DEBUG_DISABLE = 4,
    GLITCH_DETECTOR = 0x10,
    LOCK_READ_ONLY = 0x151515, /* secure, non-secure and bootloader: read only, in three copies */
};

uint32_t rp_signing_plan(rp_otp_step_t steps[RP_OTP_STEPS], const uint8_t key_hash[RP_KEY_HASH_BYTES])
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < RP_KEY_HASH_BYTES / 2u; ++i) {
        const uint32_t value = (uint32_t)key_hash[2u * i] | (uint32_t)key_hash[2u * i + 1u] << 8;
        steps[count++] = (rp_otp_step_t){(uint16_t)(BOOTKEY0 + i), 1, true, value, "the key's fingerprint", false};
    }
    steps[count++] = (rp_otp_step_t){BOOT_FLAGS1, 3, false, KEY0_VALID, "key 0 counts", false};
    steps[count++] = (rp_otp_step_t){PAGE2_LOCK1, 1, false, LOCK_READ_ONLY, "the fingerprint cannot be changed any more", true};
    steps[count++] = (rp_otp_step_t){BOOT_FLAGS1, 3, false, KEYS_1_TO_3_INVALID | KEY0_VALID, "nobody adds a key of his own", true};
    steps[count++] = (rp_otp_step_t){CRIT1, 8, false, SECURE_BOOT | GLITCH_DETECTOR | DEBUG_DISABLE,
                                     "sealed images alone; no debugger; attacks by glitch reset the chip", true};
    steps[count++] = (rp_otp_step_t){PAGE1_LOCK1, 1, false, LOCK_READ_ONLY, "and these flags stay", true};
    return count;
}
