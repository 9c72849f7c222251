/* platform.h - what llm_tool needs from where it runs: the host, or QEMU's Cortex-M33.
 * Out     memory, counts, text
 * Memory  static on QEMU, the heap on the host */
#ifndef LLM_TOOL_PLATFORM_H
#define LLM_TOOL_PLATFORM_H

#include <stddef.h>
#include <stdint.h>

/* The file's bytes, aligned to 8: in SRAM when they fit beside a cache, else in PSRAM. NULL when there is no such file. */
void *platform_load(const char *path, size_t *size_bytes);

/* Working memory for the engine; NULL when there is not that much. */
void *platform_arena(size_t size_bytes);

uint64_t platform_instructions(void); /* executed so far; 0 where nobody counts */
void platform_paint_stack(void);
size_t platform_stack_bytes(void);
void platform_parallel(void (*work)(void *context, uint32_t part), void *context, uint32_t parts);
void platform_print(const void *text, size_t count);

#endif
