/* offline.h - turns that were held without the base station, kept until it has them on disk.
 * In      what was heard and said; the base's acknowledgements
 * Out     the oldest turn not yet acknowledged, as a message
 * Memory  the arena, two pages of TOY_OFFLINE_PAGE_TURNS: the oldest, which is uploaded, and the newest, which is
 *         written. All TOY_OFFLINE_PAGES lie in the port's store, so that a flat battery loses none
 * Errors  a store that refuses is a fault, and these two pages stay in memory; when all pages are in use the
 *         oldest goes, so that at least three pages of turns are kept */
#ifndef TOY_APP_OFFLINE_H
#define TOY_APP_OFFLINE_H

#include <stdbool.h>
#include <stdint.h>

#include "app/faults.h"
#include "app/wall.h"
#include "base/arena.h"
#include "link/messages.h"
#include "port/toy_port.h"

#define TOY_OFFLINE_PAGE_TURNS 24u
#define TOY_OFFLINE_PAGES 4u
#define TOY_OFFLINE_MOST (TOY_OFFLINE_PAGES * TOY_OFFLINE_PAGE_TURNS) /* more than an evening */
#define TOY_OFFLINE_HEARD_BYTES 32u
#define TOY_OFFLINE_SAID_BYTES 100u
/* held before the last start, by a toy that did not know the time */
#define TOY_OFFLINE_AGE_UNKNOWN UINT32_MAX

typedef struct {
    uint64_t unix_s; /* 0: not known */
    uint32_t upload;
    uint32_t boot;
    uint32_t clock_ms; /* of that boot */
    uint16_t turn;
    uint8_t heard_bytes, said_bytes;
    char heard[TOY_OFFLINE_HEARD_BYTES];
    char said[TOY_OFFLINE_SAID_BYTES];
} toy_offline_turn_t;

/* What is stored, as it is; version goes up when the struct changes and an older record is then dropped. */
typedef struct {
    uint32_t version;
    uint32_t serial; /* pages are numbered through; page n lies in the store's slot n % TOY_OFFLINE_PAGES */
    uint32_t next_upload;
    uint32_t count;
    toy_offline_turn_t turns[TOY_OFFLINE_PAGE_TURNS]; /* oldest first */
} toy_offline_page_t;

typedef struct {
    toy_port_t *port;
    toy_faults_t *faults;
    const toy_wall_t *wall;
    uint32_t boot;
    toy_offline_page_t *pages; /* two */
    toy_offline_page_t *oldest, *newest; /* among them; may be the same */
    uint32_t next_upload;
} toy_offline_t;

TOY_MUST_USE toy_status_t toy_offline_init(toy_offline_t *offline, toy_port_t *port, toy_faults_t *faults,
                                           const toy_wall_t *wall, uint32_t boot, toy_arena_t *arena);
void toy_offline_note(toy_offline_t *offline, uint16_t turn, const char *heard, const char *said);

/* False when there is none to upload; the message's texts point into the book. */
bool toy_offline_oldest(const toy_offline_t *offline, toy_message_t *message);
/* Nobody shall read them any more: another household. */
void toy_offline_forget(toy_offline_t *offline);
void toy_offline_acknowledged(toy_offline_t *offline, uint32_t upload);

#endif
