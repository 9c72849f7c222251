/* otp_plan.c - prints the plan of signing.h for a key's fingerprint; a program for the PC.
 * In      64 hexadecimal digits
 * Out     one line a step; exit status 2 when the argument is no fingerprint */
#include <stdio.h>
#include <string.h>

#include "rp2350/logic/signing.h"

static int parse(const char *text, uint8_t hash[RP_KEY_HASH_BYTES])
{
    static const char digits[] = "0123456789abcdef";
    if (strlen(text) != 2u * RP_KEY_HASH_BYTES || strspn(text, digits) != strlen(text)) {
        return 0;
    }
    for (unsigned i = 0; i < RP_KEY_HASH_BYTES; ++i) {
        hash[i] = (uint8_t)((strchr(digits, text[2u * i]) - digits) * 16 + (strchr(digits, text[2u * i + 1u]) - digits));
    }
    return 1;
}

int main(int argc, char **argv)
{
    uint8_t hash[RP_KEY_HASH_BYTES];
    rp_otp_step_t steps[RP_OTP_STEPS];
    if (argc != 2 || !parse(argv[1], hash)) {
        (void)fprintf(stderr, "otp_plan: one argument, the SHA-256 of the public key in 64 hexadecimal digits\n");
        return 2;
    }
    const uint32_t count = rp_signing_plan(steps, hash);
    printf("OTP plan. Nothing has been burnt; burning cannot be undone.\n");
    for (uint32_t i = 0; i < count; ++i) {
        if (steps[i].for_good && (i == 0u || !steps[i - 1u].for_good)) {
            printf("-- try the sealed image before going on: what follows cannot be taken back --\n");
        }
        printf("row 0x%03x%s  %s 0x%0*x  %s\n", (unsigned)steps[i].row, steps[i].copies > 1 ? " and copies" : "           ",
               steps[i].ecc ? "ecc" : "raw", steps[i].ecc ? 4 : 6, (unsigned)steps[i].value, steps[i].why);
    }
    return 0;
}
