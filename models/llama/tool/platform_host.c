#include "platform.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

void *platform_load(const char *path, size_t *size_bytes)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return NULL;
    }
    void *bytes = NULL;
    if (fseek(file, 0, SEEK_END) == 0) {
        long size = ftell(file);
        rewind(file);
        bytes = malloc(size > 0 ? (size_t)size : 1u);
        *size_bytes = bytes != NULL ? fread(bytes, 1, (size_t)size, file) : 0u;
    }
    fclose(file);
    return bytes;
}

void *platform_arena(size_t size_bytes) { return malloc(size_bytes); }
uint64_t platform_instructions(void) { return 0; }
void platform_paint_stack(void) {}
size_t platform_stack_bytes(void) { return 0; }
void platform_print(const void *text, size_t count) { fwrite(text, 1, count, stdout); }

typedef struct {
    void (*work)(void *context, uint32_t part);
    void *context;
    uint32_t part;
} job_t;

static void *run_job(void *argument)
{
    const job_t *job = argument;
    job->work(job->context, job->part);
    return NULL;
}

void platform_parallel(void (*work)(void *context, uint32_t part), void *context, uint32_t parts)
{
    pthread_t threads[8];
    job_t jobs[8];
    for (uint32_t part = 1; part < parts; ++part) {
        jobs[part] = (job_t){work, context, part};
        if (pthread_create(&threads[part], NULL, run_job, &jobs[part]) != 0) {
            abort();
        }
    }
    work(context, 0);
    for (uint32_t part = 1; part < parts; ++part) {
        pthread_join(threads[part], NULL);
    }
}
