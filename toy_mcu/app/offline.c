#include "app/offline.h"

#include <string.h>

#include "app/records.h"

#define VERSION 1u

static void save(toy_offline_t *offline)
{
    if (toy_port_store_write(offline->port, TOY_RECORD_OFFLINE, offline->book, sizeof *offline->book) !=
        TOY_OK) {
        toy_faults_raise(offline->faults, TOY_FAULT_STORE, 0);
    } else {
        toy_faults_clear(offline->faults, TOY_FAULT_STORE);
    }
}

static bool is_sound(const toy_offline_book_t *book, size_t count)
{
    if (count != sizeof *book || book->version != VERSION || book->count > TOY_OFFLINE_MOST) {
        return false;
    }
    for (uint32_t i = 0; i < book->count; ++i) {
        const toy_offline_turn_t *entry = &book->turns[i];
        if (entry->heard_bytes > TOY_OFFLINE_HEARD_BYTES || entry->said_bytes > TOY_OFFLINE_SAID_BYTES) {
            return false;
        }
    }
    return true;
}

toy_status_t toy_offline_init(toy_offline_t *offline, toy_port_t *port, toy_faults_t *faults,
                              const toy_wall_t *wall, uint32_t boot, toy_arena_t *arena)
{
    *offline = (toy_offline_t){port, faults, wall, boot, NULL};
    offline->book = toy_arena_take(arena, sizeof *offline->book, TOY_ARENA_ALIGN);
    if (offline->book == NULL) {
        return TOY_ERR_MEMORY;
    }
    size_t count = sizeof *offline->book;
    toy_status_t status = toy_port_store_read(port, TOY_RECORD_OFFLINE, offline->book, &count);
    if (status != TOY_OK || !is_sound(offline->book, count)) {
        memset(offline->book, 0, sizeof *offline->book);
        offline->book->version = VERSION;
    }
    return TOY_OK;
}

static uint8_t copy(char *to, size_t room, const char *terminated)
{
    toy_text_t text = toy_text(terminated, (uint8_t)room);
    memcpy(to, text.bytes, text.count);
    return text.count;
}

void toy_offline_forget(toy_offline_t *offline)
{
    uint32_t next_upload = offline->book->next_upload;
    memset(offline->book, 0, sizeof *offline->book);
    offline->book->version = VERSION;
    offline->book->next_upload = next_upload;
    save(offline);
}

void toy_offline_note(toy_offline_t *offline, uint16_t turn, const char *heard, const char *said)
{
    toy_offline_book_t *book = offline->book;
    if (book->count == TOY_OFFLINE_MOST) {
        memmove(book->turns, book->turns + 1, (TOY_OFFLINE_MOST - 1u) * sizeof *book->turns);
        --book->count;
    }
    toy_offline_turn_t *entry = &book->turns[book->count++];
    memset(entry, 0, sizeof *entry);
    entry->unix_s = toy_wall_unix_s(offline->wall);
    entry->upload = book->next_upload++;
    entry->boot = offline->boot;
    entry->clock_ms = toy_port_now_ms(offline->port);
    entry->turn = turn;
    entry->heard_bytes = copy(entry->heard, sizeof entry->heard, heard);
    entry->said_bytes = copy(entry->said, sizeof entry->said, said);
    save(offline);
}

bool toy_offline_oldest(const toy_offline_t *offline, toy_message_t *message)
{
    if (offline->book->count == 0u) {
        return false;
    }
    const toy_offline_turn_t *entry = &offline->book->turns[0];
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
    toy_offline_book_t *book = offline->book;
    if (book->count == 0u || book->turns[0].upload != upload) {
        return; /* of an older session; sent again anyway if it is still here */
    }
    --book->count;
    memmove(book->turns, book->turns + 1, book->count * sizeof *book->turns);
    save(offline);
}
