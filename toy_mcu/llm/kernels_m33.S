/* kernels_m33.S - the inner loops of kernels.h for the Cortex-M33's DSP extension.
 * All fourteen free registers are in use, which is why this is not C: four sums, four weight words, four activation
 * pairs and two pointers make 27 instructions for 32 int8 weights. Read kernels_portable.c first; it is the meaning. */
    .syntax unified
    .cpu cortex-m33
    .thumb

    .macro function name
    .section .ramfunc.\name, "ax", %progbits
    .balign 4
    .global \name
    .type \name, %function
    .thumb_func
\name:
    .endm

    .macro dot x
    smlad r2, r10, \x, r2
    smlad r3, r11, \x, r3
    smlad r4, r12, \x, r4
    smlad r5, lr, \x, r5
    .endm

    .macro first_dot x
    smuad r2, r10, \x
    smuad r3, r11, \x
    smuad r4, r12, \x
    smuad r5, lr, \x
    .endm

    .macro up bits
    lsl r10, r10, #\bits
    lsl r11, r11, #\bits
    lsl r12, r12, #\bits
    lsl lr, lr, #\bits
    .endm

/* Stack frame of both row functions; arguments come in r0 w, r1 x, r2 words, r3 factor, [y], [y_end]. */
    .equ FACTOR, 0
    .equ Y, 4
    .equ X, 8
    .equ Y_END, 12
    .equ X_END, 16
    .equ ENTRY, 20
    .equ FRAME, 24
    .equ SAVED, 36 /* r4-r11, lr */

    .macro enter
    push {r4-r11, lr}
    sub sp, sp, #FRAME
    ldrd r4, r5, [sp, #FRAME + SAVED]
    str r3, [sp, #FACTOR]
    str r4, [sp, #Y]
    str r1, [sp, #X]
    str r5, [sp, #Y_END]
    .endm

/* r6 = blocks after the first. The loop holds seven: the first round enters it so that all come out even.
 * Blocks mod 7 by repeated subtraction: once a call, at most some hundred columns. */
    .macro find_entry body_end, block_bytes
    cmp r6, #7
1:  itt gt
    subgt r6, r6, #7
    cmpgt r6, #7
    bgt 1b
    movw r7, #\block_bytes
    mul r6, r6, r7
    ldr r7, =\body_end + 1
    sub r7, r7, r6
    str r7, [sp, #ENTRY]
    .endm

/* Multiplier of the row, factor of the vector, store, next group or leave. */
    .macro finish group
    ldm r0!, {r6, r7}
    smulwb r2, r2, r6
    smulwt r3, r3, r6
    smulwb r4, r4, r7
    smulwt r5, r5, r7
    ldrd r6, r7, [sp, #FACTOR]
    smmulr r2, r2, r6
    smmulr r3, r3, r6
    smmulr r4, r4, r6
    smmulr r5, r5, r6
    stm r7!, {r2-r5}
    str r7, [sp, #Y]
    ldrd r1, r8, [sp, #X]
    cmp r7, r8
    bne \group
    add sp, sp, #FRAME
    pop {r4-r11, pc}
    .endm

    .macro block8
    ldm r1!, {r6-r9}
    ldm r0!, {r10, r11, r12, lr}
    dot r6
    up 8
    dot r7
    ldm r0!, {r10, r11, r12, lr}
    dot r8
    up 8
    dot r9
    .endm

    .macro block8_first
    ldm r1!, {r6-r9}
    ldm r0!, {r10, r11, r12, lr}
    first_dot r6
    up 8
    dot r7
    ldm r0!, {r10, r11, r12, lr}
    dot r8
    up 8
    dot r9
    .endm

    .macro rows8_body name, group
    .rept 7
    block8
    .endr
\name\()_body_end:
    ldr r10, [sp, #X_END]
    cmp r1, r10
    bne \name\()_body
    finish \group
    .endm

/* Rows of 64 columns, stories260K's: the whole row in a line. */
    .macro rows8_of_64
rows8_64_group:
    block8_first
    .rept 7
    block8
    .endr
    finish rows8_64_group
    .endm

    function toy_kernel_rows8
    enter
    cmp r2, #16
    beq rows8_64
    add r7, r1, r2, lsl #3
    str r7, [sp, #X_END]
    lsrs r6, r2, #1
    lsls r7, r2, #31
    bne rows8_odd
    subs r6, r6, #1
    find_entry rows8_even_body_end, 108
rows8_even_group:
    block8_first
    ldr pc, [sp, #ENTRY]
rows8_even_body:
    rows8_body rows8_even, rows8_even_group
rows8_odd:
    find_entry rows8_odd_body_end, 108
rows8_odd_group:
    ldm r1!, {r6, r7}
    ldm r0!, {r10, r11, r12, lr}
    first_dot r6
    up 8
    dot r7
    ldr pc, [sp, #ENTRY]
rows8_odd_body:
    rows8_body rows8_odd, rows8_odd_group
    .ltorg
rows8_64:
    rows8_of_64

    .macro block4 first
    ldm r1!, {r6-r9}
    ldm r0!, {r10, r11, r12, lr}
    \first r6
    up 4
    dot r7
    up 4
    dot r8
    up 4
    dot r9
    .endm

    function toy_kernel_rows4
    enter
    add r7, r1, r2, lsl #4
    str r7, [sp, #X_END]
    subs r6, r2, #1
    find_entry rows4_body_end, 120
rows4_group:
    block4 first_dot
    ldr pc, [sp, #ENTRY]
rows4_body:
    .rept 7
    block4 dot
    .endr
rows4_body_end:
    ldr r10, [sp, #X_END]
    cmp r1, r10
    bne rows4_body
    finish rows4_group
    .ltorg

/* Two positions of a head of 8: r8, r9 the first, r10, r11 the second; the query stays in r4-r7. */
    .macro score_pair
    ldm r0!, {r8-r11}
    smuad r12, r8, r4
    smuad lr, r10, r4
    lsl r8, r8, #8
    lsl r10, r10, #8
    smlad r12, r8, r5, r12
    smlad lr, r10, r5, lr
    smlad r12, r9, r6, r12
    smlad lr, r11, r6, lr
    lsl r9, r9, #8
    lsl r11, r11, #8
    smlad r12, r9, r7, r12
    smlad lr, r11, r7, lr
    pkhtb r12, lr, r12, asr #16
    ssub16 r8, r2, r12
    sel r2, r2, r12
    str r12, [r1], #8
    .endm

/* r0 keys, r1 query, r2 words, r3 quads, [scores]; heads of more than two words go on in kernels_m33.c. */
    function toy_kernel_scores
    cmp r2, #2
    bne 2f
    push {r4-r11, lr}
    ldm r1, {r4-r7}
    ldr r1, [sp, #36]
    add r3, r1, r3, lsl #4
    movw r2, #0x8000
    movt r2, #0x8000
1:  score_pair
    score_pair
    cmp r1, r3
    bne 1b
    mov r0, r2
    pop {r4-r11, pc}
2:  ldr r12, =toy_kernel_scores_long
    bx r12
    .ltorg

    .macro soften score, top, sum
    qsub16 \score, \top, \score
    usat16 \score, #9, \score
    uxth r9, \score
    lsr \score, \score, #16
    ldrh r9, [r8, r9, lsl #1]
    ldrh \score, [r8, \score, lsl #1]
    pkhbt \score, r9, \score, lsl #16
    smlad \sum, \score, r10, \sum
    .endm

/* r0 scores, r1 end, r2, r3 tops, r4-r7 scores in flight, r8 table, r9 scratch, r10 ones, r11, r12 sums. */
    function toy_kernel_soften
    push {r3-r11, lr}
    ldr r8, [sp, #40]
    add r1, r0, r1, lsl #4
    ldrd r2, r3, [r2]
    mov r10, #0x00010001
    mov r11, #0
    mov r12, #0
1:  ldm r0, {r4-r7}
    soften r4, r2, r11
    soften r5, r3, r12
    soften r6, r2, r11
    soften r7, r3, r12
    stm r0!, {r4-r7}
    cmp r0, r1
    bne 1b
    ldr r0, [sp]
    strd r11, r12, [r0]
    pop {r3-r11, pc}

    .macro mix_word even0, odd0, even1, odd1
    ldr r12, [r0], #4
    sxtb16 lr, r12
    smlad \even0, lr, r10, \even0
    smlad \even1, lr, r11, \even1
    sxtb16 r12, r12, ror #8
    smlad \odd0, r12, r10, \odd0
    smlad \odd1, r12, r11, \odd1
    .endm

/* r0 values, r1 probabilities, r2 quads, r3 inverses, [out0], [out1]; sums in r2-r5 and r6-r9. */
    function toy_kernel_mix
    push {r3-r11, lr}
    add r2, r0, r2, lsl #4
    push {r2, r3}
    mov r2, #0
    mov r3, #0
    mov r4, #0
    mov r5, #0
    mov r6, #0
    mov r7, #0
    mov r8, #0
    mov r9, #0
1:  .rept 2
    ldrd r10, r11, [r1], #8
    mix_word r2, r3, r6, r7
    mix_word r4, r5, r8, r9
    .endr
    ldr lr, [sp]
    cmp r0, lr
    bne 1b
    ldr r12, [sp, #4]
    ldrd r0, r1, [sp, #48]
    ldrd r10, r11, [r12]
    smmulr r2, r2, r10
    smmulr r3, r3, r10
    smmulr r4, r4, r10
    smmulr r5, r5, r10
    smmulr r6, r6, r11
    smmulr r7, r7, r11
    smmulr r8, r8, r11
    smmulr r9, r9, r11
    stm r0, {r2-r5}
    stm r1, {r6-r9}
    add sp, sp, #8
    pop {r3-r11, pc}

/* Vector passes take eight elements a round; four that are left over go first. */
    .macro size_of x
    eor r3, \x, \x, asr #31
    add r2, r2, r3
    .endm

    function toy_kernel_size
    push {r4-r11, lr}
    add lr, r0, r1, lsl #2
    mov r2, #0
    tst r1, #4
    beq 2f
    ldm r0!, {r4-r7}
    size_of r4
    size_of r5
    size_of r6
    size_of r7
    b 2f
1:  ldm r0!, {r4-r11}
    size_of r4
    size_of r5
    size_of r6
    size_of r7
    size_of r8
    size_of r9
    size_of r10
    size_of r11
2:  cmp r0, lr
    bne 1b
    mov r0, r2
    pop {r4-r11, pc}

    .macro pack8_four
    ldm r0!, {r4-r7}
    smmulr r4, r4, r2
    smmulr r5, r5, r2
    smmulr r6, r6, r2
    smmulr r7, r7, r2
    pkhbt r8, r5, r7, lsl #16
    pkhbt r9, r4, r6, lsl #16
    smlad r12, r8, r8, r12
    smlad r12, r9, r9, r12
    stm r3!, {r8, r9}
    .endm

    function toy_kernel_pack8
    push {r4-r9, lr}
    add lr, r0, r1, lsl #2
    mov r12, #0
    tst r1, #4
    beq 2f
    pack8_four
    b 2f
1:  pack8_four
    pack8_four
2:  cmp r0, lr
    bne 1b
    mov r0, r12
    pop {r4-r9, pc}

    .macro add_four
    ldm r0, {r4-r7}
    ldm r1!, {r8-r11}
    add r4, r4, r8
    add r5, r5, r9
    add r6, r6, r10
    add r7, r7, r11
    ssat r4, #24, r4
    ssat r5, #24, r5
    ssat r6, #24, r6
    ssat r7, #24, r7
    stm r0!, {r4-r7}
    .endm

    function toy_kernel_add
    push {r4-r11, lr}
    add lr, r0, r2, lsl #2
    tst r2, #4
    beq 2f
    add_four
    b 2f
1:  add_four
    add_four
2:  cmp r0, lr
    bne 1b
    pop {r4-r11, pc}

    .macro gate_one gate, up
    asr lr, \gate, r3
    ssat lr, #10, lr
    ldrsh lr, [r2, lr, lsl #1]
    smulwb lr, \gate, lr
    asr \up, \up, r12
    ssat \up, #16, \up
    smulwb \up, lr, \up
    ssat \up, #21, \up
    .endm

/* r0 gate, r1 up, r2 count, r3 gate's shift, [up's shift], [middle of the table]. */
    function toy_kernel_gate
    push {r3-r11, lr}
    add r4, r0, r2, lsl #2
    str r4, [sp]
    ldrd r12, r2, [sp, #40]
    b 2f
1:  ldm r0, {r4-r7}
    ldm r1!, {r8-r11}
    gate_one r4, r8
    gate_one r5, r9
    gate_one r6, r10
    gate_one r7, r11
    stm r0!, {r8-r11}
2:  ldr lr, [sp]
    cmp r0, lr
    bne 1b
    pop {r3-r11, pc}

/* Index of the first largest; eight elements a round, the index is worked out from where the pointer stood. */
    .macro largest_of x, back
    cmp \x, r2
    ble 3f
    mov r2, \x
    sub r3, r0, #\back
3:
    .endm

    function toy_kernel_largest
    push {r4-r11, lr}
    add lr, r0, r1, lsl #2
    mov r12, r0
    mov r2, #0x80000000
    mov r3, r0
    tst r1, #4
    beq 2f
    ldm r0!, {r4-r7}
    largest_of r4, 16
    largest_of r5, 12
    largest_of r6, 8
    largest_of r7, 4
    b 2f
1:  ldm r0!, {r4-r11}
    largest_of r4, 32
    largest_of r5, 28
    largest_of r6, 24
    largest_of r7, 20
    largest_of r8, 16
    largest_of r9, 12
    largest_of r10, 8
    largest_of r11, 4
2:  cmp r0, lr
    bne 1b
    sub r0, r3, r12
    lsr r0, r0, #2
    pop {r4-r11, pc}
