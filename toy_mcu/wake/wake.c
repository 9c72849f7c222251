#include "wake/wake.h"

#include <string.h>

#define FRAME TOY_WAKE_FRAME_SAMPLES
#define FIRST_COMMAND 2 /* outputs before it: silence, unknown */
#define CATCH_UP_FRAMES 3

toy_status_t toy_wake_init(toy_wake_t *wake, const toy_wake_config_t *config, toy_arena_t *arena)
{
    memset(wake, 0, sizeof *wake);
    toy_features_init(&wake->features);
    wake->scratch = toy_arena_take(arena, sizeof *wake->scratch, 4);
    wake->back = toy_arena_take(arena, sizeof(int16_t) * FRAME * TOY_WAKE_BACK_FRAMES, 4);
    TOY_TRY(toy_net_init(&wake->phrase, config->phrase_blob, config->phrase_bytes, arena));
    toy_gate_init(&wake->phrase_gate, wake->phrase.head);
    if (config->commands_blob != NULL) {
        TOY_TRY(toy_net_init(&wake->commands, config->commands_blob, config->commands_bytes, arena));
        if (wake->commands.head->outputs != FIRST_COMMAND + TOY_INTENT_COUNT) {
            return TOY_ERR_MODEL;
        }
        toy_gate_init(&wake->commands_gate, wake->commands.head);
        wake->has_commands = true;
    }
    return arena->failed ? TOY_ERR_MEMORY : TOY_OK;
}

static void hear_commands(toy_wake_t *wake, uint32_t hear, uint32_t now_sample, toy_wake_result_t *result)
{
    bool all = (hear & TOY_HEAR_COMMANDS) != 0;
    uint8_t at_once = (hear & TOY_HEAR_STOP) != 0 ? FIRST_COMMAND + TOY_INTENT_STOP : 0;
    toy_gate_event_t event = toy_gate_command(&wake->commands_gate, wake->commands.scores, at_once);
    if (event.output == 0 || (!all && event.output != at_once)) {
        return;
    }
    result->command = (toy_intent_t)(event.output - FIRST_COMMAND);
    result->command_score = event.score;
    result->decided_sample = now_sample;
}

/* Its own voice, as far as the canceller leaves it, must not wake it: four fifths nearer to certain while it speaks. */
static uint16_t phrase_threshold(const toy_wake_t *wake, uint32_t hear)
{
    uint32_t usual = wake->phrase.head->threshold[0];
    bool speaking = (hear & TOY_HEAR_STOP) != 0;
    return (uint16_t)(speaking && usual < TOY_NET_ONE ? usual + (TOY_NET_ONE - usual) * 4 / 5 : usual);
}

static void work_off(toy_wake_t *wake, const int16_t *pcm, uint32_t end_sample, uint32_t hear, toy_wake_result_t *result)
{
    for (uint32_t half = 0; half < 2; ++half) {
        uint8_t bands[TOY_FEATURES_BANDS];
        uint32_t now_sample = end_sample - (1u - half) * TOY_FEATURES_HOP_SAMPLES;
        toy_features_hop(&wake->features, wake->scratch, pcm + half * TOY_FEATURES_HOP_SAMPLES, bands);
        if ((hear & TOY_HEAR_PHRASE) != 0 && toy_net_hop(&wake->phrase, bands)) {
            toy_gate_event_t event = toy_gate_phrase(&wake->phrase_gate, wake->phrase.scores, phrase_threshold(wake, hear));
            if (event.output != 0) {
                result->woken = true;
                result->decided_sample = now_sample;
            }
        }
        if (wake->hears_commands && toy_net_hop(&wake->commands, bands)) {
            hear_commands(wake, hear, now_sample, result);
        }
    }
}

void toy_wake_step(toy_wake_t *wake, const int16_t pcm[FRAME], uint32_t first_sample, bool voiced, uint32_t hear,
                   toy_wake_result_t *result)
{
    *result = (toy_wake_result_t){.command = TOY_INTENT_NONE};
    bool hears_commands = wake->has_commands && (hear & (TOY_HEAR_COMMANDS | TOY_HEAR_STOP)) != 0;
    if (hears_commands && !wake->hears_commands) { /* nothing that was heard before counts */
        toy_net_reset(&wake->commands);
        toy_gate_init(&wake->commands_gate, wake->commands.head);
    }
    wake->hears_commands = hears_commands;

    memcpy(wake->back + (size_t)wake->back_at * FRAME, pcm, sizeof(int16_t) * FRAME);
    wake->back_at = (uint8_t)((wake->back_at + 1u) % TOY_WAKE_BACK_FRAMES);
    wake->waiting_frames = (uint8_t)(wake->waiting_frames < TOY_WAKE_BACK_FRAMES ? wake->waiting_frames + 1 : TOY_WAKE_BACK_FRAMES);
    if (voiced) {
        wake->active_frames = TOY_WAKE_HANG_FRAMES;
    }
    if (wake->active_frames == 0 || hear == 0) {
        return;
    }
    --wake->active_frames;
    for (uint32_t i = 0; i < CATCH_UP_FRAMES && wake->waiting_frames > 0; ++i) {
        uint32_t from = (uint32_t)(wake->back_at + TOY_WAKE_BACK_FRAMES - wake->waiting_frames) % TOY_WAKE_BACK_FRAMES;
        --wake->waiting_frames;
        uint32_t end_sample = first_sample + FRAME - (uint32_t)wake->waiting_frames * FRAME;
        work_off(wake, wake->back + (size_t)from * FRAME, end_sample, hear, result);
    }
    result->wake_score = wake->phrase_gate.smooth[1];
}
