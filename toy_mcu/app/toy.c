#include "app/toy.h"

#include "app/parts.h"

#define REPLY_FRAMES 40u    /* 0.8 s */
#define CONTROL_LANE_BYTES 2048u
#define BULK_LANE_BYTES 1536u /* 8 frames of sound; the rest waits with the ears */

/* ---- from the parts to the port and the base ---------------------------------------------------------- */

static void on_event(void *context, const toy_event_t *event)
{
    toy_t *toy = context;
    if (event->kind == TOY_EVENT_STATE) {
        if (event->number != TOY_SPEAKING) {
            toy->feeling = TOY_EMOTION_FEELING_NEUTRAL;
        }
        toy_lights_show(toy);
        toy_outbox_state(&toy->outbox, event->number, event->turn);
    } else if (event->kind == TOY_EVENT_ERROR || event->kind == TOY_EVENT_BRAIN) {
        toy_lights_show(toy);
    }
    if (toy->config.listener.tell != NULL) {
        toy->config.listener.tell(toy->config.listener.context, event);
    }
}

/* ---- start -------------------------------------------------------------------------------------------- */

static uint32_t reply_frames(const toy_config_t *config)
{
    return config->reply_frames != 0u ? config->reply_frames : REPLY_FRAMES;
}

static toy_brain_local_config_t local_config(const toy_config_t *config)
{
    return (toy_brain_local_config_t){
        .port = config->port,
        .teller = config->teller,
        .speaks = config->content != NULL,
    };
}

/* A blob or a model that fails its check is a fault, and the toy goes on without. */
static toy_status_t start_local(toy_t *toy, uint32_t chance, toy_arena_t *arena)
{
    toy_brain_local_config_t local = local_config(&toy->config);
    local.phrases = &toy->phrases;
    local.offline = &toy->offline;
    local.listener = &toy->listener;
    local.content = &toy->content;
    local.gain = &toy->gain;
    local.settings = &toy->settings;
    local.seed = chance;
    if (toy->config.content != NULL &&
        toy_content_open(&toy->content, toy->config.content, toy->config.content_bytes) != TOY_OK) {
        toy_faults_raise(&toy->faults, TOY_FAULT_CONTENT, 0);
    }
    toy_status_t status = toy_brain_local_init(&toy->local, &local, arena);
    if (status == TOY_ERR_MODEL || status == TOY_ERR_CHECKSUM || status == TOY_ERR_ARG) {
        toy_faults_raise(&toy->faults, TOY_FAULT_STORY, 0);
        return TOY_OK;
    }
    return status;
}

static toy_status_t take_memory(toy_t *toy, const toy_config_t *config, toy_arena_t *arena)
{
    const toy_link_config_t link = {
        .cipher = config->cipher,
        .framed = config->framed,
        .control_bytes = CONTROL_LANE_BYTES,
        .bulk_bytes = BULK_LANE_BYTES,
        .context = toy,
        .on_message = toy_inbox_message,
        .on_audio = toy_inbox_audio,
        .on_event = toy_inbox_event,
    };
    TOY_TRY(toy_link_init(&toy->link, &link, arena));
    TOY_TRY(toy_brain_remote_init(&toy->remote, toy->port, &toy->link, &toy->faults, reply_frames(config),
                                  arena));
    return toy_offline_init(&toy->offline, toy->port, &toy->faults, &toy->wall, toy->boot, arena);
}

size_t toy_arena_bytes(const toy_config_t *config)
{
    toy_arena_t arena;
    toy_arena_measure(&arena);
    /* What toy_init takes, piece by piece: a dry run would need a toy_t on the stack. A test compares. */
    toy_arena_take(&arena, sizeof(toy_t), TOY_ARENA_ALIGN);
    toy_arena_take(&arena, CONTROL_LANE_BYTES, 1u);
    toy_arena_take(&arena, BULK_LANE_BYTES, 1u);
    toy_arena_take(&arena, reply_frames(config) * sizeof(toy_reply_frame_t), TOY_ARENA_ALIGN);
    toy_arena_take(&arena, 2u * sizeof(toy_offline_page_t), TOY_ARENA_ALIGN);
    const toy_brain_local_config_t local = local_config(config);
    arena.used_bytes += toy_brain_local_arena_bytes(&local) + TOY_ARENA_ALIGN;
    return arena.used_bytes;
}

static void start_turn(toy_t *toy, uint16_t first_turn)
{
    const toy_turn_config_t config = {
        .port = toy->port,
        .remote = toy_brain_remote(&toy->remote),
        .local = toy_brain_local(&toy->local),
        .hearing = &toy->hearing,
        .listener = &toy->listener,
        .nod = &toy->nod,
        .open_microphone = toy->config.open_microphone,
        .first_turn = first_turn,
    };
    toy_turn_init(&toy->turn, &config);
}

static void start_outbox(toy_t *toy)
{
    toy->outbox = (toy_outbox_t){
        .port = toy->port,
        .link = &toy->link,
        .faults = &toy->faults,
        .offline = &toy->offline,
        .wall = &toy->wall,
        .name = toy->config.name,
        .boot = toy->boot,
        .volume = toy->gain.percent,
    };
}

toy_status_t toy_init(toy_t **made, const toy_config_t *config, toy_arena_t *arena)
{
    uint32_t chance[3];
    if (config->port == NULL || config->name == NULL || config->cipher.seal == NULL || config->ears.hear == NULL) {
        return TOY_ERR_ARG;
    }
    toy_t *toy = toy_arena_take(arena, sizeof *toy, TOY_ARENA_ALIGN);
    if (toy == NULL) {
        return TOY_ERR_MEMORY;
    }
    toy->config = *config;
    toy->port = config->port;
    toy->listener = (toy_listener_t){toy, on_event};
    TOY_TRY(toy_port_random(toy->port, chance, sizeof chance));
    toy->boot = chance[0];
    toy_faults_init(&toy->faults, toy->port, &toy->listener);
    toy_wall_init(&toy->wall, toy->port);
    toy_settings_load(&toy->settings, toy->port);
    toy_allowance_load(&toy->allowance, toy->port);
    toy_gain_init(&toy->gain, config->volume_percent);
    TOY_TRY(take_memory(toy, config, arena));
    toy_hearing_init(&toy->hearing, &config->ears);
    start_outbox(toy);
    toy_home_init(toy);
    TOY_TRY(start_local(toy, chance[2], arena));
    toy_nod_init(&toy->nod, &toy->phrases);
    start_turn(toy, (uint16_t)chance[1]);
    toy_wire_init(toy);
    if (toy_phrases_open(&toy->phrases, config->phrases, config->phrases_bytes, chance[2]) != TOY_OK) {
        toy_faults_raise(&toy->faults, TOY_FAULT_PHRASES, 0);
    }
    toy_lights_show(toy);
    *made = toy;
    return TOY_OK;
}

/* ---- sound -------------------------------------------------------------------------------------------- */

void toy_mic_frame(toy_t *toy, const int16_t samples[TOY_FRAME_SAMPLES])
{
    bool muted = toy->turn.muted;
    bool deaf = toy_home_is_speaking(toy); /* it must not answer its own digits */
    toy_spotter_hear(&toy->spotter, &toy->turn, samples, deaf, toy_port_now_ms(toy->port));
    toy_faults_hear(&toy->faults, muted, toy->hearing.last.zeros);
}

void toy_speaker_frame(toy_t *toy, int16_t samples[TOY_FRAME_SAMPLES])
{
    toy_turn_speak(&toy->turn, samples);
    toy_home_speak(toy, samples);
    toy_gain_frame(&toy->gain, samples);
    toy->config.ears.play(toy->config.ears.context, samples);
}

/* ---- buttons and the like ----------------------------------------------------------------------------- */

void toy_button(toy_t *toy, bool down)
{
    bool was_down = toy->faults.button_down;
    if (down != was_down) {
        toy_faults_button(&toy->faults, down);
        if (down) {
            toy_turn_paw(&toy->turn);
        }
    }
}

void toy_mute(toy_t *toy, bool on)
{
    toy_turn_mute(&toy->turn, on);
    toy_outbox_mute(&toy->outbox, on);
}

void toy_volume(toy_t *toy, uint8_t percent)
{
    toy_gain_volume(&toy->gain, percent);
    toy_outbox_volume(&toy->outbox, toy->gain.percent);
}

void toy_battery(toy_t *toy, uint8_t percent, uint16_t millivolts, bool charging)
{
    const toy_battery_state_t battery = {percent > 100u ? 100u : percent, millivolts, charging, true};
    toy_outbox_battery(&toy->outbox, &battery);
}

void toy_listen(toy_t *toy) { toy_turn_listen(&toy->turn, TOY_WAKE_REASON_FORCED); }

void toy_woken(toy_t *toy, uint8_t score) { toy_turn_woken(&toy->turn, score); }

#define VOLUME_STEP_PERCENT 20
#define VOLUME_LEAST_PERCENT 20 /* a child that says "quieter" often enough can still hear "louder" answered */

static void obey_volume(toy_t *toy)
{
    int percent = toy->gain.percent + VOLUME_STEP_PERCENT * toy_brain_local_take_volume(&toy->local);
    if (percent != toy->gain.percent) {
        toy_volume(toy, (uint8_t)(percent < VOLUME_LEAST_PERCENT ? VOLUME_LEAST_PERCENT : percent > 100 ? 100 : percent));
    }
}

/* ---- the round ---------------------------------------------------------------------------------------- */

void toy_step(toy_t *toy)
{
    toy_link_poll(&toy->link, toy_port_now_ms(toy->port));
    toy_wall_step(&toy->wall);
    toy_allowance_step(&toy->allowance, &toy->wall, toy_turn_number(&toy->turn) != 0u, &toy->faults);
    toy_turn_bedtime(&toy->turn, toy_settings_is_bedtime(&toy->settings, &toy->wall) ||
                                     toy_allowance_is_spent(&toy->allowance, &toy->settings));
    toy_turn_step(&toy->turn);
    toy_home_step(toy);
    toy_wire_log(toy);
    obey_volume(toy);
    toy_brain_remote_step(&toy->remote);
    toy_outbox_step(&toy->outbox, toy_turn_number(&toy->turn) == 0u);
    if (toy_faults_step(&toy->faults)) {
        toy_port_alive(toy->port);
    }
}

toy_state_t toy_state(const toy_t *toy) { return toy->turn.state; }

uint16_t toy_turn_id(const toy_t *toy) { return toy_turn_number(&toy->turn); }

void toy_stats(const toy_t *toy, toy_stats_t *stats)
{
    const toy_order_stats_t *order = &toy->link.order.stats;
    *stats = (toy_stats_t){
        .frames_up = order->frames_up,
        .frames_down = order->frames_down,
        .resent = order->resent,
        .crc_errors = toy->link.decoder.errors,
        .refused = order->refused,
        .sessions = order->sessions,
        .stale_frames = toy->remote.stale_frames,
        .flood_bytes = toy->flood_bytes,
    };
}
