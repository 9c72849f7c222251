/* parts.h - what a toy is made of; for toy.c, inbox.c and outbox.c alone. */
#ifndef TOY_APP_PARTS_H
#define TOY_APP_PARTS_H

#include "app/allowance.h"
#include "app/brain_local.h"
#include "app/brain_remote.h"
#include "app/home.h"
#include "app/nod.h"
#include "app/offline.h"
#include "app/outbox.h"
#include "app/settings.h"
#include "app/spotter.h"
#include "app/toy.h"
#include "app/wall.h"
#include "audio/gain.h"

struct toy {
    toy_config_t config;
    toy_port_t *port;
    toy_listener_t listener; /* ours: passes on to the port and to the base */
    toy_faults_t faults;
    toy_wall_t wall;
    toy_settings_t settings;
    toy_allowance_t allowance;
    toy_offline_t offline;
    toy_phrases_t phrases;
    toy_content_t content;
    toy_hearing_t hearing;
    toy_link_t link;
    toy_brain_remote_t remote;
    toy_brain_local_t local;
    toy_nod_t nod;
    toy_turn_t turn;
    toy_spotter_t spotter;
    toy_gain_t gain;
    toy_outbox_t outbox;
    toy_home_t home;
    uint8_t feeling; /* enum toy_emotion_feeling, of the answer being spoken */
    uint32_t boot;
    uint32_t flow_ms;    /* up to here the flow of the wire has been counted */
    uint32_t flow_bytes; /* that may still come */
    uint32_t flood_bytes;
    uint32_t refused_told, damaged_told; /* frames that the port's log knows of */
    uint32_t told_ms;
};

/* inbox.c: the link's callbacks. */
void toy_inbox_message(void *context, const toy_message_t *message);
void toy_inbox_audio(void *context, const toy_audio_frame_t *frame);
void toy_inbox_event(void *context, toy_order_event_t event);

/* wire.c */
void toy_wire_init(toy_t *toy);
void toy_wire_log(toy_t *toy); /* once a round */

/* lights.c */
void toy_lights_show(toy_t *toy);

#endif
