#include "app/outbox.h"

enum { HELLO, RESUME, TIME, STATE, MUTE, VOLUME, BATTERY, FORGET, PONG, KINDS };

static void mark(toy_outbox_t *outbox, unsigned kind) { outbox->due |= 1u << kind; }

void toy_outbox_greet(toy_outbox_t *outbox)
{
    outbox->due = 0;
    outbox->uploading = false;
    mark(outbox, HELLO);
    if (outbox->resume_token != 0u) {
        mark(outbox, RESUME);
    }
    mark(outbox, STATE);
    mark(outbox, MUTE);
    mark(outbox, VOLUME);
    if (outbox->battery.known) {
        mark(outbox, BATTERY);
    }
    if (toy_wall_unix_s(outbox->wall) == 0u) {
        mark(outbox, TIME); /* "I do not know it" */
    }
    toy_outbox_step(outbox, false); /* hello goes first under a new session, before anybody else sends */
}

static toy_message_t compose(const toy_outbox_t *outbox, unsigned kind)
{
    uint32_t clock = toy_port_now_ms(outbox->port);
    toy_message_t message;
    switch (kind) {
    case HELLO:
        message.type = TOY_MESSAGE_HELLO;
        message.hello = (toy_message_hello_t){.version = 1, .role = TOY_PEER_ROLE_TOY, .boot = outbox->boot,
                                              .clock = clock, .codecs = 1,
                                              .name = toy_text(outbox->name, 64)};
        break;
    case RESUME:
        message.type = TOY_MESSAGE_RESUME;
        message.resume.token = outbox->resume_token;
        break;
    case FORGET:
        message.type = TOY_MESSAGE_FORGET;
        message.forget.done = true;
        break;
    case TIME:
        message.type = TOY_MESSAGE_TIME;
        message.time = (toy_message_time_t){0, 0};
        break;
    case STATE:
        message.type = TOY_MESSAGE_STATE;
        message.state = (toy_message_state_t){outbox->state_turn, outbox->state, clock};
        break;
    case MUTE:
        message.type = TOY_MESSAGE_MUTE;
        message.mute.on = outbox->muted;
        break;
    case VOLUME:
        message.type = TOY_MESSAGE_VOLUME;
        message.volume.level = outbox->volume;
        break;
    case BATTERY:
        message.type = TOY_MESSAGE_BATTERY;
        message.battery = (toy_message_battery_t){outbox->battery.level, outbox->battery.millivolts,
                                                  outbox->battery.charging};
        break;
    default:
        message.type = TOY_MESSAGE_PONG;
        message.pong = (toy_message_pong_t){outbox->ping_token, clock};
        break;
    }
    return message;
}

static void send_due(toy_outbox_t *outbox)
{
    for (unsigned kind = 0; kind < KINDS && outbox->due != 0u; ++kind) {
        if ((outbox->due >> kind & 1u) == 0u) {
            continue;
        }
        const toy_message_t message = compose(outbox, kind);
        if (toy_link_send(outbox->link, &message) == TOY_ERR_FULL) {
            return;
        }
        outbox->due &= ~(1u << kind);
    }
}

static void send_fault(toy_outbox_t *outbox)
{
    toy_fault_t fault = toy_link_is_up(outbox->link) ? toy_faults_untold(outbox->faults) : TOY_FAULT_NONE;
    if (fault != TOY_FAULT_NONE) {
        const toy_message_t message = {.type = TOY_MESSAGE_ERROR,
                                       .error = {.turn = outbox->faults->turn[fault],
                                                 .code = (uint8_t)fault,
                                                 .text = toy_text(toy_fault_text(fault), 64)}};
        toy_ignore(toy_link_send(outbox->link, &message)); /* it stands in the port's log, too */
    }
}

static void send_offline_turn(toy_outbox_t *outbox)
{
    uint32_t now_ms = toy_port_now_ms(outbox->port);
    toy_message_t message;
    bool waits = outbox->uploading && now_ms - outbox->uploaded_ms < TOY_OUTBOX_UPLOAD_AGAIN_MS;
    if (!waits && toy_link_is_up(outbox->link) && toy_offline_oldest(outbox->offline, &message)) {
        outbox->uploading = toy_link_send(outbox->link, &message) == TOY_OK;
        outbox->uploaded_ms = now_ms;
    }
}

void toy_outbox_step(toy_outbox_t *outbox, bool resting)
{
    send_due(outbox);
    send_fault(outbox);
    if (resting) {
        send_offline_turn(outbox);
    }
}

void toy_outbox_state(toy_outbox_t *outbox, uint8_t state, uint16_t turn)
{
    outbox->state = state;
    outbox->state_turn = turn;
    mark(outbox, STATE);
    send_due(outbox); /* at once: each state counts, and two may follow each other within a round */
}

void toy_outbox_mute(toy_outbox_t *outbox, bool on)
{
    outbox->muted = on;
    mark(outbox, MUTE);
}

void toy_outbox_volume(toy_outbox_t *outbox, uint8_t percent)
{
    outbox->volume = percent;
    mark(outbox, VOLUME);
}

void toy_outbox_battery(toy_outbox_t *outbox, const toy_battery_state_t *battery)
{
    outbox->battery = *battery;
    outbox->battery.known = true;
    mark(outbox, BATTERY);
}

void toy_outbox_pong(toy_outbox_t *outbox, uint16_t token)
{
    outbox->ping_token = token;
    mark(outbox, PONG);
    send_due(outbox);
}

void toy_outbox_acknowledged(toy_outbox_t *outbox) { outbox->uploading = false; }

void toy_outbox_resume(toy_outbox_t *outbox, uint64_t token) { outbox->resume_token = token; }

void toy_outbox_forgotten(toy_outbox_t *outbox)
{
    mark(outbox, FORGET);
    send_due(outbox);
}
