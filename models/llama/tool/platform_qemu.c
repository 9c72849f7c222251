#include "platform.h"

#include "qemu_an505/instructions.h"
#include "qemu_an505/semihosting.h"
#include "qemu_an505/stack.h"

/* SRAM for a model of stories260K's size and its cache; everything larger goes to the board's 16 MB of PSRAM. */
enum { SRAM_MODEL_BYTES = 276 * 1024, SRAM_ARENA_BYTES = 96 * 1024 };
static uint64_t sram_model[SRAM_MODEL_BYTES / 8], sram_arena[SRAM_ARENA_BYTES / 8];
static uint8_t *psram = (uint8_t *)0x80000000u;
static uint8_t *const psram_end = (uint8_t *)0x81000000u;

static size_t read_all(int file, uint8_t *to, size_t room)
{
    size_t count = 0;
    for (int step = 1; step > 0 && count < room; count += step > 0 ? (size_t)step : 0u) {
        step = semihosting_read(file, to + count, room - count);
    }
    return count;
}

void *platform_load(const char *path, size_t *size_bytes)
{
    int file = semihosting_open(path, SEMIHOSTING_READ);
    if (file < 0) {
        return NULL;
    }
    *size_bytes = read_all(file, (uint8_t *)sram_model, sizeof sram_model);
    if (*size_bytes < sizeof sram_model) {
        return sram_model;
    }
    uint8_t *model = psram;
    uint64_t *copy = (uint64_t *)(void *)psram;
    for (size_t i = 0; i < sizeof sram_model / 8u; ++i) {
        copy[i] = sram_model[i];
    }
    *size_bytes += read_all(file, model + sizeof sram_model, (size_t)(psram_end - model) - sizeof sram_model);
    psram += (*size_bytes + 63u) & ~(size_t)63u;
    return model;
}

void *platform_arena(size_t size_bytes)
{
    if (size_bytes <= sizeof sram_arena) {
        return sram_arena;
    }
    return size_bytes <= (size_t)(psram_end - psram) ? psram : NULL;
}

uint64_t platform_instructions(void) { return qemu_instructions(); }
void platform_paint_stack(void) { qemu_stack_paint(); }
size_t platform_stack_bytes(void) { return qemu_stack_used_bytes(); }

void platform_parallel(void (*work)(void *context, uint32_t part), void *context, uint32_t parts)
{
    for (uint32_t part = 0; part < parts; ++part) { /* one core here: the same work, in turn */
        work(context, part);
    }
}

void platform_print(const void *text, size_t count)
{
    char line[65];
    for (const char *at = text; count != 0u;) {
        size_t step = count < 64u ? count : 64u;
        for (size_t i = 0; i < step; ++i) {
            line[i] = at[i];
        }
        line[step] = '\0';
        semihosting_print(line);
        at += step;
        count -= step;
    }
}
