/* outbox.h - what the toy tells its base station about itself: who it is, its state, faults, offline turns.
 * In      changes, as they happen
 * Out     messages on the link; what finds no room is asked for again in the next round
 * Memory  about 40 bytes */
#ifndef TOY_APP_OUTBOX_H
#define TOY_APP_OUTBOX_H

#include "app/faults.h"
#include "app/offline.h"
#include "app/wall.h"
#include "link/link.h"

#define TOY_OUTBOX_UPLOAD_AGAIN_MS 10000u

typedef struct {
    uint8_t level;
    uint16_t millivolts;
    bool charging, known;
} toy_battery_state_t;

typedef struct {
    toy_port_t *port;
    toy_link_t *link;
    toy_faults_t *faults;
    toy_offline_t *offline;
    const toy_wall_t *wall;
    const char *name;
    uint32_t boot;
    uint32_t due; /* one bit for each kind of message that is to be sent */
    uint16_t state_turn;
    uint8_t state;
    bool muted;
    uint8_t volume;
    toy_battery_state_t battery;
    uint16_t ping_token;
    uint64_t resume_token; /* 0: none */
    bool uploading; /* an offline turn is with the base, unacknowledged */
    uint32_t uploaded_ms;
} toy_outbox_t;

/* A new session: hello first, then everything that the base should know. */
void toy_outbox_greet(toy_outbox_t *outbox);

void toy_outbox_state(toy_outbox_t *outbox, uint8_t state, uint16_t turn);
void toy_outbox_mute(toy_outbox_t *outbox, bool on);
void toy_outbox_volume(toy_outbox_t *outbox, uint8_t percent);
void toy_outbox_battery(toy_outbox_t *outbox, const toy_battery_state_t *battery);
void toy_outbox_pong(toy_outbox_t *outbox, uint16_t token);
/* What the base wants to be told in the next session, so that it knows which conversation goes on. */
void toy_outbox_resume(toy_outbox_t *outbox, uint64_t token);
void toy_outbox_forgotten(toy_outbox_t *outbox);
void toy_outbox_acknowledged(toy_outbox_t *outbox);

/* Once a round; offline turns only while the toy rests. */
void toy_outbox_step(toy_outbox_t *outbox, bool resting);

#endif
