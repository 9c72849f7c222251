/* The board itself: counting is exact, the stack is painted, data and PSRAM are where they belong. */
#include "toy_test.h"

#include "qemu_an505/instructions.h"
#include "qemu_an505/stack.h"

static void run_rounds(uint32_t rounds)
{
    __asm volatile("1: subs %0, #1\n bne 1b\n" : "+r"(rounds) : : "cc");
}

static void test_counts_instructions(void)
{
    if (qemu_instruction_ns() == 0u) {
        printf("     (without -icount: nothing to count)\n");
        TOY_CHECK_INT(qemu_instructions(), 0);
        return;
    }
    uint64_t nothing = qemu_instructions();
    nothing = qemu_instructions() - nothing;
    uint64_t first = qemu_instructions();
    run_rounds(100000);
    uint64_t second = qemu_instructions();
    run_rounds(200000);
    uint64_t third = qemu_instructions();
    printf("     %u ns, nothing %u, 200000 -> %u, 400000 -> %u\n", (unsigned)qemu_instruction_ns(), (unsigned)nothing,
           (unsigned)(second - first), (unsigned)(third - second));
    TOY_CHECK(nothing <= 8u);
    TOY_CHECK(second - first >= 200000u && second - first <= 200012u);
    TOY_CHECK(third - second >= 400000u && third - second <= 400012u);
}

static __attribute__((noinline)) int use_stack(int words)
{
    volatile int block[words];
    for (int i = 0; i < words; ++i) {
        block[i] = i;
    }
    return block[words - 1];
}

static void test_paints_the_stack(void)
{
    qemu_stack_paint();
    TOY_CHECK_INT(use_stack(500), 499);
    size_t used = qemu_stack_used_bytes();
    TOY_CHECK(used >= 2000u && used < 2200u);
    qemu_stack_paint();
    TOY_CHECK(qemu_stack_used_bytes() < 64u);
}

__attribute__((section(".psram"))) static uint32_t in_psram[16];
static uint32_t in_data = 0x12345678u;
static uint32_t in_bss;

static void test_places(void)
{
    TOY_CHECK_INT((uintptr_t)in_psram >> 24, 0x80);
    TOY_CHECK_INT((uintptr_t)&in_data >> 24, 0x38);
    TOY_CHECK_INT(in_data, 0x12345678);
    TOY_CHECK_INT(in_bss + in_psram[3], 0);
    in_psram[3] = 7u;
    TOY_CHECK_INT(((volatile uint32_t *)in_psram)[3], 7);
}

int main(void)
{
    TOY_RUN(test_counts_instructions);
    TOY_RUN(test_paints_the_stack);
    TOY_RUN(test_places);
    TOY_DONE();
}
