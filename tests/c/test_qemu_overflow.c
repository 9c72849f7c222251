/* Must die of a stack overflow, with a report: ctest looks for the words (qemu_board.cmake). */
#include <stdint.h>
#include <stdio.h>

static volatile uint32_t depth_limit = 100000u;

static uint32_t dig(uint32_t depth)
{
    volatile uint32_t block[64];
    block[0] = depth;
    return depth < depth_limit ? dig(depth + 1u) + block[0] : block[0];
}

int main(void)
{
    printf("not caught: %u\n", (unsigned)dig(0u));
    return 0;
}
