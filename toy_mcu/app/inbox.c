/* What the base station says, and where in the toy it goes. */
#include "app/parts.h"

static void invited(toy_t *toy, uint8_t mode)
{
    if (mode == TOY_INVITE_MODE_LISTEN) {
        toy_turn_listen(&toy->turn, TOY_WAKE_REASON_INVITED);
    } else {
        toy_turn_be_told(&toy->turn);
    }
}

static void of_a_turn(toy_t *toy, const toy_message_t *message)
{
    switch (message->type) {
    case TOY_MESSAGE_SPEAK_START:
        toy_brain_remote_speak_start(&toy->remote, &message->speak_start);
        toy_turn_answered(&toy->turn, message->speak_start.turn);
        break;
    case TOY_MESSAGE_SPEAK_STOP:
        toy_brain_remote_speak_stop(&toy->remote, &message->speak_stop);
        break;
    case TOY_MESSAGE_ABORT:
        if (toy_brain_remote_abort(&toy->remote, &message->abort)) {
            toy_turn_given_up(&toy->turn, message->abort.reason);
        }
        break;
    case TOY_MESSAGE_EMOTION:
        if (message->emotion.turn == toy_turn_number(&toy->turn)) {
            toy->feeling = message->emotion.feeling;
            toy_lights_show(toy);
        }
        break;
    /* transcript and sentence are for a display, which this toy has not; abort_ack needs no answer */
    default:
        break;
    }
}

void toy_inbox_message(void *context, const toy_message_t *message)
{
    toy_t *toy = context;
    switch (message->type) {
    case TOY_MESSAGE_PING:
        toy_outbox_pong(&toy->outbox, message->ping.token);
        break;
    case TOY_MESSAGE_MUTE:
        toy->outbox.muted = message->mute.on; /* it knows, so it is not told */
        toy_turn_mute(&toy->turn, message->mute.on);
        break;
    case TOY_MESSAGE_VOLUME:
        toy->outbox.volume = message->volume.level;
        toy_gain_volume(&toy->gain, message->volume.level);
        break;
    case TOY_MESSAGE_TIME:
        toy_wall_told(&toy->wall, message->time.unix_s, message->time.utc_offset_minutes);
        break;
    case TOY_MESSAGE_SETTINGS:
        toy_settings_take(&toy->settings, &message->settings, toy->port, &toy->faults);
        break;
    case TOY_MESSAGE_OFFLINE_TURN_ACK:
        toy_offline_acknowledged(&toy->offline, message->offline_turn_ack.upload);
        toy_outbox_acknowledged(&toy->outbox);
        break;
    case TOY_MESSAGE_RESUME:
        toy_outbox_resume(&toy->outbox, message->resume.token);
        break;
    case TOY_MESSAGE_FORGET:
        toy_home_forget(toy);
        break;
    case TOY_MESSAGE_INVITE:
        invited(toy, message->invite.mode);
        break;
    default:
        of_a_turn(toy, message);
        break;
    }
}

void toy_inbox_audio(void *context, const toy_audio_frame_t *frame)
{
    toy_t *toy = context;
    toy_brain_remote_audio(&toy->remote, frame);
}

void toy_inbox_event(void *context, toy_order_event_t event)
{
    toy_t *toy = context;
    bool up = event == TOY_ORDER_UP || event == TOY_ORDER_BACK;
    if (event != TOY_ORDER_BACK) {
        toy_brain_remote_lost(&toy->remote); /* silent, over, or new: a running answer will not be finished */
    }
    if (event == TOY_ORDER_UP) {
        toy_outbox_greet(&toy->outbox);
    }
    if (up != toy->turn.link_is_up) {
        toy_turn_link(&toy->turn, up);
        toy_tell(&toy->config.listener, TOY_EVENT_LINK, 0, up ? 1u : 0u, up ? "up" : "down");
    }
}
