/* semihosting.h - files, console and exit of the machine that QEMU runs on.
 * In      paths as the host sees them; ":tt" is the console
 * Out     file handles >= 0; counts
 * Errors  -1 where the host refuses
 * Source  Arm "Semihosting for AArch32 and AArch64" 2.0 */
#ifndef QEMU_SEMIHOSTING_H
#define QEMU_SEMIHOSTING_H

#include <stddef.h>
#include <stdint.h>

typedef enum { SEMIHOSTING_READ = 1, SEMIHOSTING_WRITE = 5, SEMIHOSTING_APPEND = 9 } semihosting_mode_t; /* rb wb ab */

int semihosting_open(const char *path, semihosting_mode_t mode);
int semihosting_close(int handle);

/* Bytes read: fewer than asked at the end of a file or when a FIFO holds no more just now; 0 at the end; -1. */
int semihosting_read(int handle, void *bytes, size_t count);

/* 0 when all was written, -1 otherwise. */
int semihosting_write(int handle, const void *bytes, size_t count);

/* 0 and the words of `-semihosting-config arg=`, separated by blanks. */
int semihosting_command_line(char *line, size_t size);

/* The host's clocks: seconds since 1970, nanoseconds since QEMU started. */
uint32_t semihosting_time(void);
uint64_t semihosting_elapsed_ns(void);

void semihosting_print(const char *text);
void semihosting_exit(int status) __attribute__((noreturn));

#endif
