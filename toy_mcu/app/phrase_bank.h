/* phrase_bank.h - the phrase bank that the build rendered, for a port to hand to toy_init.
 * Out     the blob's bytes; it is checked by app/phrases.h, not here */
#ifndef TOY_APP_PHRASE_BANK_H
#define TOY_APP_PHRASE_BANK_H

#include <stdint.h>

extern const uint8_t toy_phrase_bank[];
extern const uint8_t toy_phrase_bank_end[];

#endif
