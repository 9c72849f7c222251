/* The rendered phrase bank in flash; see phrase_bank.h. */
    .section .rodata.toy_phrase_bank, "a", %progbits
    .balign 4
    .global toy_phrase_bank
    .global toy_phrase_bank_end
toy_phrase_bank:
    .incbin TOY_PHRASE_BANK_PATH
toy_phrase_bank_end:
    .section .note.GNU-stack, "", %progbits
