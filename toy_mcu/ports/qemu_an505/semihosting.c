#include "semihosting.h"

#include <stdint.h>
#include <string.h>

enum {
    SYS_OPEN = 0x01,
    SYS_CLOSE = 0x02,
    SYS_WRITE0 = 0x04,
    SYS_WRITE = 0x05,
    SYS_READ = 0x06,
    SYS_TIME = 0x11,
    SYS_GET_CMDLINE = 0x15,
    SYS_EXIT_EXTENDED = 0x20,
    SYS_ELAPSED = 0x30,
};
#define APPLICATION_EXIT 0x20026u

static int32_t call(uint32_t operation, const void *block)
{
    register uint32_t r0 __asm("r0") = operation;
    register const void *r1 __asm("r1") = block;
    __asm volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory", "cc");
    return (int32_t)r0;
}

int semihosting_open(const char *path, semihosting_mode_t mode)
{
    const uint32_t block[3] = {(uint32_t)(uintptr_t)path, (uint32_t)mode, (uint32_t)strlen(path)};
    return (int)call(SYS_OPEN, block);
}

int semihosting_close(int handle)
{
    const uint32_t block[1] = {(uint32_t)handle};
    return (int)call(SYS_CLOSE, block);
}

int semihosting_read(int handle, void *bytes, size_t count)
{
    const uint32_t block[3] = {(uint32_t)handle, (uint32_t)(uintptr_t)bytes, (uint32_t)count};
    int32_t missing = call(SYS_READ, block);
    if (missing < 0 || (uint32_t)missing > count) {
        return -1;
    }
    return (int)(count - (uint32_t)missing);
}

int semihosting_write(int handle, const void *bytes, size_t count)
{
    const uint8_t *at = bytes;
    while (count > 0u) {
        const uint32_t block[3] = {(uint32_t)handle, (uint32_t)(uintptr_t)at, (uint32_t)count};
        int32_t missing = call(SYS_WRITE, block);
        if (missing < 0 || (uint32_t)missing >= count) {
            return -1;
        }
        at += count - (uint32_t)missing;
        count = (size_t)missing;
    }
    return 0;
}

int semihosting_command_line(char *line, size_t size)
{
    uint32_t block[2] = {(uint32_t)(uintptr_t)line, (uint32_t)size};
    line[0] = '\0';
    return (int)call(SYS_GET_CMDLINE, block);
}

uint32_t semihosting_time(void) { return (uint32_t)call(SYS_TIME, NULL); }

uint64_t semihosting_elapsed_ns(void)
{
    uint32_t block[2] = {0u, 0u};
    (void)call(SYS_ELAPSED, block);
    return (uint64_t)block[1] << 32 | block[0]; /* QEMU's SYS_TICKFREQ is 1 GHz */
}

void semihosting_print(const char *text) { (void)call(SYS_WRITE0, text); }

void semihosting_exit(int status)
{
    const uint32_t block[2] = {APPLICATION_EXIT, (uint32_t)status};
    for (;;) {
        (void)call(SYS_EXIT_EXTENDED, block);
    }
}
