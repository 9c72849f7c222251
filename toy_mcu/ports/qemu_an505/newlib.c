/* newlib.c - what the C library needs, for test programs and their printf alone; the core never comes here.
 * Memory  the heap is what is left of PSRAM, so that printf's buffers do not count as the toy's RAM */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "semihosting.h"

int _write(int file, const char *bytes, int count);
int _read(int file, char *bytes, int count);
int _close(int file);
int _lseek(int file, int offset, int whence);
int _fstat(int file, struct stat *status);
int _isatty(int file);
int _getpid(void);
int _kill(int process, int signal);
void *_sbrk(ptrdiff_t more);
void _exit(int status);
void _init(void);
void _fini(void);

int _write(int file, const char *bytes, int count)
{
    static int console = -1;
    (void)file;
    if (console < 0) {
        console = semihosting_open(":tt", SEMIHOSTING_WRITE);
    }
    return semihosting_write(console, bytes, (size_t)count) == 0 ? count : -1;
}

void *_sbrk(ptrdiff_t more)
{
    extern uint8_t qemu_psram_high[], qemu_psram_end[];
    static uint8_t *top = qemu_psram_high;
    if (more > qemu_psram_end - top) {
        errno = ENOMEM;
        return (void *)-1;
    }
    uint8_t *piece = top;
    top += more;
    return piece;
}

int _fstat(int file, struct stat *status)
{
    (void)file;
    status->st_mode = S_IFCHR; /* a console: printf writes line by line */
    return 0;
}

int _isatty(int file) { return file <= 2; }
int _read(int file, char *bytes, int count) { return (void)file, (void)bytes, (void)count, 0; }
int _close(int file) { return (void)file, 0; }
int _lseek(int file, int offset, int whence) { return (void)file, (void)offset, (void)whence, 0; }
int _getpid(void) { return 1; }
int _kill(int process, int signal) { return (void)process, (void)signal, -1; }
void _exit(int status) { semihosting_exit(status); }
void _init(void) {}
void _fini(void) {}
