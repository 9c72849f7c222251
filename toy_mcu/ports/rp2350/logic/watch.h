/* watch.h - the watchdog is fed when every task has shown itself, and by nothing else.
 * In      each task's sign of life
 * Out     may the watchdog be fed?
 * Time    RP_WATCH_LIMIT_MS without food restarts the chip; the longest honest pause is a sector's erasure, 400 ms */
#ifndef RP2350_WATCH_H
#define RP2350_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#define RP_WATCH_LIMIT_MS 2000u

typedef enum { RP_TASK_SOUND, RP_TASK_TOY, RP_TASK_LINK, RP_TASK_GUARD, RP_TASKS } rp_task_t;

typedef struct {
    uint32_t seen; /* bits, since it was last fed */
} rp_watch_t;

static inline void rp_watch_seen(rp_watch_t *watch, rp_task_t task) { watch->seen |= 1u << task; }

static inline bool rp_watch_all(rp_watch_t *watch)
{
    const bool all = watch->seen == (1u << RP_TASKS) - 1u;
    watch->seen = all ? 0u : watch->seen;
    return all;
}

#endif
