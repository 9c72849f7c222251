/* tasks.h - instructions of each part of the round, per 20 ms frame; zeros without -icount.
 * Out     frames, sum and most since the last report */
#ifndef QEMU_TASKS_H
#define QEMU_TASKS_H

#include <stdint.h>

#include "instructions.h"

typedef enum { TASK_RECEIVE, TASK_HEAR, TASK_STEP, TASK_SPEAK, TASK_TRANSMIT, TASKS } task_t;

typedef struct {
    uint32_t most[TASKS + 1], frame_sum; /* the last one: all tasks of a frame */
    uint64_t sum[TASKS + 1];
    uint32_t frames;
    uint64_t began;
} tasks_t;

static inline void tasks_begin(tasks_t *tasks) { tasks->began = qemu_instructions(); }

static inline void tasks_end(tasks_t *tasks, task_t task)
{
    uint32_t spent = (uint32_t)(qemu_instructions() - tasks->began);
    tasks->sum[task] += spent;
    tasks->most[task] = spent > tasks->most[task] ? spent : tasks->most[task];
    tasks->frame_sum += spent;
}

static inline void tasks_frame(tasks_t *tasks)
{
    tasks->sum[TASKS] += tasks->frame_sum;
    tasks->most[TASKS] = tasks->frame_sum > tasks->most[TASKS] ? tasks->frame_sum : tasks->most[TASKS];
    tasks->frame_sum = 0u;
    ++tasks->frames;
}

#endif
