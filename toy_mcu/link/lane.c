#include "link/lane.h"

#include "link/packet.h"

/* An item is: length of the body, 1 when dropped, turn u16, body; it may wrap round the end of the block. */
enum { AT_LENGTH = 0, AT_DROPPED = 1, AT_TURN = 2 };

static uint8_t *byte_at(const toy_lane_t *lane, size_t offset)
{
    return &lane->block[(lane->head + offset) % lane->size_bytes];
}

void toy_lane_init(toy_lane_t *lane, void *block, size_t size_bytes)
{
    lane->block = block;
    lane->size_bytes = size_bytes;
    toy_lane_clear(lane);
}

void toy_lane_clear(toy_lane_t *lane)
{
    lane->head = 0u;
    lane->used_bytes = 0u;
}

int toy_lane_has_room(const toy_lane_t *lane, size_t count)
{
    return TOY_LANE_ITEM_HEADER_BYTES + count <= lane->size_bytes - lane->used_bytes;
}

int toy_lane_is_empty(const toy_lane_t *lane) { return lane->used_bytes == 0u; }

toy_status_t toy_lane_put(toy_lane_t *lane, uint16_t turn, const uint8_t *body, size_t count)
{
    if (count == 0u || count > TOY_PACKET_BODY_MAX_BYTES) {
        return TOY_ERR_ARG;
    }
    if (!toy_lane_has_room(lane, count)) {
        return TOY_ERR_FULL;
    }
    size_t at = lane->used_bytes;
    *byte_at(lane, at + AT_LENGTH) = (uint8_t)count;
    *byte_at(lane, at + AT_DROPPED) = 0u;
    *byte_at(lane, at + AT_TURN) = (uint8_t)turn;
    *byte_at(lane, at + AT_TURN + 1u) = (uint8_t)(turn >> 8);
    for (size_t i = 0u; i < count; ++i) {
        *byte_at(lane, at + TOY_LANE_ITEM_HEADER_BYTES + i) = body[i];
    }
    lane->used_bytes += TOY_LANE_ITEM_HEADER_BYTES + count;
    return TOY_OK;
}

static void forget_oldest(toy_lane_t *lane)
{
    size_t whole = TOY_LANE_ITEM_HEADER_BYTES + *byte_at(lane, AT_LENGTH);
    lane->head = (lane->head + whole) % lane->size_bytes;
    lane->used_bytes -= whole;
}

static void skip_dropped(toy_lane_t *lane)
{
    while (lane->used_bytes > 0u && *byte_at(lane, AT_DROPPED) != 0u) {
        forget_oldest(lane);
    }
}

toy_status_t toy_lane_take(toy_lane_t *lane, uint8_t *body, size_t *count)
{
    if (lane->used_bytes == 0u) {
        return TOY_ERR_EMPTY; /* the front is never a dropped item */
    }
    *count = *byte_at(lane, AT_LENGTH);
    for (size_t i = 0u; i < *count; ++i) {
        body[i] = *byte_at(lane, TOY_LANE_ITEM_HEADER_BYTES + i);
    }
    forget_oldest(lane);
    skip_dropped(lane);
    return TOY_OK;
}

void toy_lane_drop_turn(toy_lane_t *lane, uint16_t turn)
{
    for (size_t at = 0u; at < lane->used_bytes; at += TOY_LANE_ITEM_HEADER_BYTES + *byte_at(lane, at + AT_LENGTH)) {
        if (*byte_at(lane, at + AT_TURN) == (uint8_t)turn && *byte_at(lane, at + AT_TURN + 1u) == turn >> 8) {
            *byte_at(lane, at + AT_DROPPED) = 1u;
        }
    }
    skip_dropped(lane);
}
