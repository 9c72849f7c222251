#include "app/faults.h"

#include <string.h>

static const char *const TEXT[TOY_FAULTS] = {
    [TOY_FAULT_NONE] = "no fault",
    [TOY_FAULT_PHRASES] = "phrase bank damaged: no voice of its own",
    [TOY_FAULT_MICROPHONE] = "microphone sends zeros",
    [TOY_FAULT_CAPTURE_FULL] = "link too slow for the microphone",
    [TOY_FAULT_BUTTON] = "paw held for 30 s: ignored until let go",
    [TOY_FAULT_LINK_FLOOD] = "link flooded: bytes dropped",
    [TOY_FAULT_HUNG] = "microphone stopped: restarting",
    [TOY_FAULT_STORE] = "store refused a record",
    [TOY_FAULT_CREDIT] = "reply audio beyond credit: dropped",
    [TOY_FAULT_REPLY] = "reply in an unknown sound format",
    [TOY_FAULT_CONTENT] = "content damaged: excuses only offline",
    [TOY_FAULT_STORY] = "story model damaged: told from the content",
};

void toy_faults_init(toy_faults_t *faults, toy_port_t *port, const toy_listener_t *listener)
{
    memset(faults, 0, sizeof *faults);
    faults->port = port;
    faults->listener = listener;
    faults->heard_ms = toy_port_now_ms(port);
}

const char *toy_fault_text(toy_fault_t fault) { return TEXT[fault]; }

bool toy_faults_is_active(const toy_faults_t *faults, toy_fault_t fault)
{
    return (faults->active >> (unsigned)fault & 1u) != 0u;
}

void toy_faults_raise(toy_faults_t *faults, toy_fault_t fault, uint16_t turn)
{
    if (toy_faults_is_active(faults, fault)) {
        return;
    }
    faults->active |= 1u << (unsigned)fault;
    faults->untold |= 1u << (unsigned)fault;
    faults->turn[fault] = turn;
    toy_port_log(faults->port, TEXT[fault]);
    toy_tell(faults->listener, TOY_EVENT_ERROR, turn, (uint8_t)fault, TEXT[fault]);
}

void toy_faults_clear(toy_faults_t *faults, toy_fault_t fault) { faults->active &= ~(1u << (unsigned)fault); }

toy_fault_t toy_faults_untold(toy_faults_t *faults)
{
    for (unsigned fault = 1; fault < TOY_FAULTS; ++fault) {
        if ((faults->untold >> fault & 1u) != 0u) {
            faults->untold &= ~(1u << fault);
            return (toy_fault_t)fault;
        }
    }
    return TOY_FAULT_NONE;
}

void toy_faults_hear(toy_faults_t *faults, bool muted, bool zeros)
{
    faults->heard_ms = toy_port_now_ms(faults->port);
    toy_faults_clear(faults, TOY_FAULT_HUNG);
    if (muted) {
        return;
    }
    if (!zeros) {
        faults->zeros_ms = 0;
        toy_faults_clear(faults, TOY_FAULT_MICROPHONE);
        return;
    }
    faults->zeros_ms += TOY_FRAME_MS;
    if (faults->zeros_ms >= TOY_FAULT_ZEROS_MS) {
        faults->zeros_ms = TOY_FAULT_ZEROS_MS;
        toy_faults_raise(faults, TOY_FAULT_MICROPHONE, 0);
    }
}

void toy_faults_button(toy_faults_t *faults, bool down)
{
    faults->button_down = down;
    faults->button_ms = toy_port_now_ms(faults->port);
    if (!down) {
        toy_faults_clear(faults, TOY_FAULT_BUTTON);
    }
}

bool toy_faults_step(toy_faults_t *faults)
{
    uint32_t now_ms = toy_port_now_ms(faults->port);
    if (faults->button_down && now_ms - faults->button_ms > TOY_FAULT_BUTTON_MS) {
        toy_faults_raise(faults, TOY_FAULT_BUTTON, 0);
    }
    if (now_ms - faults->heard_ms > TOY_FAULT_HUNG_MS) {
        toy_faults_raise(faults, TOY_FAULT_HUNG, 0);
        return false;
    }
    return true;
}
