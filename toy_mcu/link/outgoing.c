#include "link/outgoing.h"

#include <string.h>

static toy_outgoing_slot_t *slot_of(toy_outgoing_t *out, uint64_t counter)
{
    return &out->slots[counter % TOY_PACKET_WINDOW];
}

void toy_outgoing_reset(toy_outgoing_t *out, uint32_t rto_min_ms, uint32_t rto_max_ms)
{
    memset(out, 0, sizeof *out);
    out->limit = TOY_PACKET_WINDOW;
    toy_outgoing_time_outs(out, rto_min_ms, rto_max_ms);
}

void toy_outgoing_time_outs(toy_outgoing_t *out, uint32_t rto_min_ms, uint32_t rto_max_ms)
{
    out->rto_min_ms = rto_min_ms;
    out->rto_max_ms = rto_max_ms;
}

size_t toy_outgoing_in_flight(const toy_outgoing_t *out) { return (size_t)(out->next - out->first); }

bool toy_outgoing_has_room(const toy_outgoing_t *out, size_t keep_free)
{
    uint64_t end = out->first + TOY_PACKET_WINDOW;
    if (end > out->limit) {
        end = out->limit;
    }
    return out->next + keep_free < end;
}

toy_outgoing_slot_t *toy_outgoing_begin(toy_outgoing_t *out) { return slot_of(out, out->next); }

void toy_outgoing_commit(toy_outgoing_t *out, uint32_t now_ms)
{
    toy_outgoing_slot_t *slot = slot_of(out, out->next);
    slot->acked = false;
    slot->lost = false;
    slot->resent = false;
    slot->backoff = 0u;
    slot->sent_ms = now_ms;
    slot->first_order = ++out->order;
    slot->last_order = out->order;
    if (out->first == out->next) {
        out->progress_ms = now_ms;
    }
    ++out->next;
}

static uint32_t time_out_ms(const toy_outgoing_t *out, uint8_t backoff)
{
    uint32_t base_ms = out->smooth_rtt_ms + 4u * out->rtt_spread_ms;
    if (base_ms < out->rto_min_ms) {
        base_ms = out->rto_min_ms;
    }
    base_ms <<= backoff < 3u ? backoff : 3u;
    return base_ms < out->rto_max_ms ? base_ms : out->rto_max_ms;
}

const toy_outgoing_slot_t *toy_outgoing_resend(toy_outgoing_t *out, uint32_t now_ms)
{
    for (uint64_t counter = out->first; counter < out->next; ++counter) {
        toy_outgoing_slot_t *slot = slot_of(out, counter);
        if (slot->acked || (!slot->lost && now_ms - slot->sent_ms < time_out_ms(out, slot->backoff))) {
            continue;
        }
        slot->lost = false;
        slot->resent = true;
        slot->backoff = (uint8_t)(slot->backoff + (slot->backoff < 3u));
        slot->sent_ms = now_ms;
        slot->last_order = ++out->order;
        return slot;
    }
    return NULL;
}

static void measure(toy_outgoing_t *out, uint32_t rtt_ms)
{
    if (out->smooth_rtt_ms == 0u && out->rtt_spread_ms == 0u) {
        out->smooth_rtt_ms = rtt_ms;
        out->rtt_spread_ms = rtt_ms / 2u;
        return;
    }
    uint32_t off_ms = rtt_ms > out->smooth_rtt_ms ? rtt_ms - out->smooth_rtt_ms : out->smooth_rtt_ms - rtt_ms;
    out->rtt_spread_ms = (3u * out->rtt_spread_ms + off_ms) / 4u;
    out->smooth_rtt_ms = (7u * out->smooth_rtt_ms + rtt_ms) / 8u;
}

static void acknowledge_one(toy_outgoing_t *out, uint64_t counter, uint32_t now_ms)
{
    toy_outgoing_slot_t *slot = slot_of(out, counter);
    if (slot->acked) {
        return;
    }
    slot->acked = true;
    out->progress_ms = now_ms;
    if (!slot->resent) {
        measure(out, now_ms - slot->sent_ms); /* a resent frame's answer may be to either sending: Karn's rule */
    }
    if ((int32_t)(slot->first_order - out->newest_acked_order) > 0) {
        out->newest_acked_order = slot->first_order;
    }
}

void toy_outgoing_acknowledge(toy_outgoing_t *out, uint16_t next, uint16_t sack, uint8_t window, uint32_t now_ms)
{
    uint16_t ahead = (uint16_t)(next - (uint16_t)out->first);
    if (ahead > out->next - out->first) {
        return; /* older than what we know, or about frames that were never sent */
    }
    uint64_t acked_below = out->first + ahead;
    for (uint64_t counter = out->first; counter < acked_below; ++counter) {
        acknowledge_one(out, counter, now_ms);
    }
    for (unsigned bit = 0u; bit < TOY_PACKET_WINDOW - 1u; ++bit) {
        uint64_t counter = acked_below + 1u + bit;
        if (((unsigned)sack >> bit & 1u) != 0u && counter < out->next) {
            acknowledge_one(out, counter, now_ms);
        }
    }
    out->first = acked_below;
    out->limit = acked_below + window;
    for (uint64_t counter = out->first; counter < out->next; ++counter) {
        toy_outgoing_slot_t *slot = slot_of(out, counter);
        /* Sent before something that has arrived: lost, or overtaken, and then the copy does no harm. */
        slot->lost = slot->lost || (int32_t)(slot->last_order - out->newest_acked_order) < 0;
        slot->backoff = 0u; /* the peer lives and hears us: no need to be shy */
    }
}

bool toy_outgoing_is_stuck(const toy_outgoing_t *out, uint32_t limit_ms, uint32_t now_ms)
{
    return out->first != out->next && now_ms - out->progress_ms >= limit_ms;
}
