#include "rp2350/logic/wires.h"

bool rp_wires_heard(rp_wires_t *wires, rp_wire_t wire, uint32_t now_ms, bool *lost)
{
    *lost = false;
    if (wire != wires->active) {
        if (wires->active != RP_WIRE_NONE && now_ms - wires->heard_ms < RP_WIRES_SILENCE_MS) {
            return false;
        }
        *lost = wires->active != RP_WIRE_NONE;
        wires->active = wire;
    }
    wires->heard_ms = now_ms;
    return true;
}

bool rp_wires_gone(rp_wires_t *wires, rp_wire_t wire)
{
    const bool had_it = wires->active == wire && wire != RP_WIRE_NONE;
    wires->active = had_it ? RP_WIRE_NONE : wires->active;
    return had_it;
}
