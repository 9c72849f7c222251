#include "app/offline.h"

#include <string.h>

#include "app/records.h"

#define VERSION 2u

static uint16_t record_of(uint32_t serial)
{
    static const uint16_t RECORD[TOY_OFFLINE_PAGES] = {TOY_RECORD_OFFLINE, TOY_RECORD_OFFLINE_2, TOY_RECORD_OFFLINE_3,
                                                       TOY_RECORD_OFFLINE_4};
    return RECORD[serial % TOY_OFFLINE_PAGES];
}

/* ---- the store ----------------------------------------------------------------------------------------- */

static void save(toy_offline_t *offline, toy_offline_page_t *page)
{
    page->next_upload = offline->next_upload;
    if (toy_port_store_write(offline->port, record_of(page->serial), page, sizeof *page) != TOY_OK) {
        toy_faults_raise(offline->faults, TOY_FAULT_STORE, 0);
    } else {
        toy_faults_clear(offline->faults, TOY_FAULT_STORE);
    }
}

static bool is_sound(const toy_offline_page_t *page, size_t count)
{
    if (count != sizeof *page || page->version != VERSION || page->count > TOY_OFFLINE_PAGE_TURNS) {
        return false;
    }
    for (uint32_t i = 0; i < page->count; ++i) {
        const toy_offline_turn_t *entry = &page->turns[i];
        if (entry->heard_bytes > TOY_OFFLINE_HEARD_BYTES || entry->said_bytes > TOY_OFFLINE_SAID_BYTES) {
            return false;
        }
    }
    return true;
}

static bool load(toy_offline_t *offline, uint32_t slot, toy_offline_page_t *page)
{
    size_t count = sizeof *page;
    return toy_port_store_read(offline->port, record_of(slot), page, &count) == TOY_OK && is_sound(page, count) &&
           page->serial % TOY_OFFLINE_PAGES == slot % TOY_OFFLINE_PAGES;
}

static void empty(toy_offline_page_t *page, uint32_t serial)
{
    memset(page, 0, sizeof *page);
    page->version = VERSION;
    page->serial = serial;
}

/* ---- start --------------------------------------------------------------------------------------------- */

/* The first and the last page that hold turns; numbers go on where they stopped. */
static bool find_pages(toy_offline_t *offline, uint32_t *first, uint32_t *last, uint32_t *highest)
{
    toy_offline_page_t *page = offline->pages;
    bool found = false;
    for (uint32_t slot = 0; slot < TOY_OFFLINE_PAGES; ++slot) {
        if (!load(offline, slot, page)) {
            continue;
        }
        offline->next_upload = page->next_upload > offline->next_upload ? page->next_upload : offline->next_upload;
        *highest = page->serial > *highest ? page->serial : *highest;
        if (page->count > 0u) {
            *first = !found || page->serial < *first ? page->serial : *first;
            *last = !found || page->serial > *last ? page->serial : *last;
            found = true;
        }
    }
    return found;
}

toy_status_t toy_offline_init(toy_offline_t *offline, toy_port_t *port, toy_faults_t *faults,
                              const toy_wall_t *wall, uint32_t boot, toy_arena_t *arena)
{
    uint32_t first = 0, last = 0, highest = 0;
    *offline = (toy_offline_t){port, faults, wall, boot, NULL, NULL, NULL, 0};
    offline->pages = toy_arena_take(arena, 2u * sizeof *offline->pages, TOY_ARENA_ALIGN);
    if (offline->pages == NULL) {
        return TOY_ERR_MEMORY;
    }
    offline->oldest = offline->newest = offline->pages;
    if (!find_pages(offline, &first, &last, &highest)) {
        empty(offline->oldest, highest + 1u);
        return TOY_OK;
    }
    if (!load(offline, first, offline->oldest)) { /* the store took it back since */
        empty(offline->oldest, first);
    }
    if (last != first) {
        offline->newest = offline->pages + 1;
        if (!load(offline, last, offline->newest)) {
            empty(offline->newest, last);
        }
    }
    return TOY_OK;
}

/* ---- pages --------------------------------------------------------------------------------------------- */

/* The oldest page is done with: the next one that holds turns, or the newest, takes its place. */
static void leave_oldest(toy_offline_t *offline)
{
    uint32_t serial = offline->oldest->serial + 1u;
    for (; serial < offline->newest->serial; ++serial) {
        if (load(offline, serial, offline->oldest) && offline->oldest->count > 0u) {
            return;
        }
    }
    offline->oldest = offline->newest;
}

static void begin_page(toy_offline_t *offline)
{
    uint32_t serial = offline->newest->serial + 1u;
    if (serial - offline->oldest->serial >= TOY_OFFLINE_PAGES) {
        leave_oldest(offline); /* its slot is needed */
    }
    if (offline->newest == offline->oldest) {
        offline->newest = offline->pages + (offline->oldest == offline->pages);
    }
    empty(offline->newest, serial);
}

void toy_offline_forget(toy_offline_t *offline)
{
    uint32_t serial = offline->newest->serial;
    offline->oldest = offline->newest = offline->pages;
    for (uint32_t i = 1; i <= TOY_OFFLINE_PAGES; ++i) {
        empty(offline->newest, serial + i);
        save(offline, offline->newest);
    }
}

/* ---- turns --------------------------------------------------------------------------------------------- */

static uint8_t copy(char *to, size_t room, const char *terminated)
{
    toy_text_t text = toy_text(terminated, (uint8_t)room);
    memcpy(to, text.bytes, text.count);
    return text.count;
}

void toy_offline_note(toy_offline_t *offline, uint16_t turn, const char *heard, const char *said)
{
    if (offline->newest->count == TOY_OFFLINE_PAGE_TURNS) {
        begin_page(offline);
    }
    toy_offline_turn_t *entry = &offline->newest->turns[offline->newest->count++];
    memset(entry, 0, sizeof *entry);
    entry->unix_s = toy_wall_unix_s(offline->wall);
    entry->upload = offline->next_upload++;
    entry->boot = offline->boot;
    entry->clock_ms = toy_port_now_ms(offline->port);
    entry->turn = turn;
    entry->heard_bytes = copy(entry->heard, sizeof entry->heard, heard);
    entry->said_bytes = copy(entry->said, sizeof entry->said, said);
    save(offline, offline->newest);
}

bool toy_offline_oldest(const toy_offline_t *offline, toy_message_t *message)
{
    if (offline->oldest->count == 0u) {
        return false;
    }
    const toy_offline_turn_t *entry = &offline->oldest->turns[0];
    uint32_t age_ms = toy_port_now_ms(offline->port) - entry->clock_ms;
    message->type = TOY_MESSAGE_OFFLINE_TURN;
    message->offline_turn = (toy_message_offline_turn_t){
        .upload = entry->upload,
        .boot = entry->boot,
        .turn = entry->turn,
        .unix_s = entry->unix_s,
        .age_ms = entry->boot == offline->boot ? age_ms : TOY_OFFLINE_AGE_UNKNOWN,
        .heard = {entry->heard, entry->heard_bytes},
        .said = {entry->said, entry->said_bytes},
    };
    return true;
}

void toy_offline_acknowledged(toy_offline_t *offline, uint32_t upload)
{
    toy_offline_page_t *page = offline->oldest;
    if (page->count == 0u || page->turns[0].upload != upload) {
        return; /* of an older session; sent again anyway if it is still here */
    }
    --page->count;
    memmove(page->turns, page->turns + 1, page->count * sizeof *page->turns);
    save(offline, page);
    if (page->count == 0u && offline->oldest != offline->newest) {
        leave_oldest(offline);
    }
}
