#include "app/wall.h"

#include <string.h>

void toy_wall_init(toy_wall_t *wall, toy_port_t *port)
{
    memset(wall, 0, sizeof *wall);
    wall->port = port;
}

void toy_wall_told(toy_wall_t *wall, uint64_t unix_s, int16_t utc_offset_minutes)
{
    wall->unix_s = unix_s;
    wall->told_ms = toy_port_now_ms(wall->port);
    wall->utc_offset_minutes = utc_offset_minutes;
}

uint64_t toy_wall_unix_s(const toy_wall_t *wall)
{
    return wall->unix_s == 0u ? 0u : wall->unix_s + (toy_port_now_ms(wall->port) - wall->told_ms) / 1000u;
}

bool toy_wall_minute(const toy_wall_t *wall, uint16_t *minute)
{
    if (wall->unix_s == 0u) {
        return false;
    }
    int64_t local = (int64_t)(toy_wall_unix_s(wall) / 60u % 1440u) + wall->utc_offset_minutes;
    *minute = (uint16_t)((local + 1440) % 1440);
    return true;
}

void toy_wall_step(toy_wall_t *wall)
{
    uint32_t gone_s = (toy_port_now_ms(wall->port) - wall->told_ms) / 1000u;
    if (wall->unix_s != 0u && gone_s >= 60u) {
        wall->unix_s += gone_s;
        wall->told_ms += gone_s * 1000u;
    }
}
