#include "link/incoming.h"

#include <string.h>

void toy_incoming_reset(toy_incoming_t *in) { memset(in, 0, sizeof *in); }

toy_incoming_place_t toy_incoming_place(const toy_incoming_t *in, uint16_t low, uint64_t *counter)
{
    uint16_t ahead = (uint16_t)(low - (uint16_t)in->next);
    *counter = in->next + ahead;
    if (ahead == 0u) {
        return TOY_INCOMING_NEXT;
    }
    if (ahead < TOY_PACKET_WINDOW) {
        return (in->here >> (ahead - 1u) & 1u) != 0u ? TOY_INCOMING_AGAIN : TOY_INCOMING_EARLY;
    }
    return ahead >= 0x8000u ? TOY_INCOMING_AGAIN : TOY_INCOMING_BEYOND;
}

void toy_incoming_keep(toy_incoming_t *in, uint64_t counter, const uint8_t *body, size_t count)
{
    size_t slot = (size_t)(counter % TOY_PACKET_WINDOW);
    memcpy(in->body[slot], body, count);
    in->count[slot] = (uint8_t)count;
    in->here = (uint16_t)(in->here | 1u << (counter - in->next - 1u));
}

const uint8_t *toy_incoming_step(toy_incoming_t *in, size_t *count)
{
    bool more = (in->here & 1u) != 0u;
    in->here = (uint16_t)(in->here >> 1);
    ++in->next;
    size_t slot = (size_t)(in->next % TOY_PACKET_WINDOW);
    *count = in->count[slot];
    return more ? in->body[slot] : NULL;
}

void toy_incoming_owe_ack(toy_incoming_t *in, bool urgent, uint32_t now_ms)
{
    if (in->unacked == 0u) {
        in->oldest_unacked_ms = now_ms;
    }
    in->unacked = (uint8_t)(in->unacked + (in->unacked < 255u));
    in->ack_now = in->ack_now || urgent || in->unacked >= TOY_INCOMING_ACK_EVERY;
}

bool toy_incoming_ack_is_due(const toy_incoming_t *in, uint32_t now_ms, uint32_t delay_ms)
{
    return in->ack_now || (in->unacked > 0u && now_ms - in->oldest_unacked_ms >= delay_ms);
}

void toy_incoming_acked(toy_incoming_t *in)
{
    in->unacked = 0u;
    in->ack_now = false;
}
