/* The plush's lights: one look tells what it is doing. */
#include "app/parts.h"

typedef struct {
    uint8_t red, green, blue;
} colour_t;

static const colour_t STATE[] = {
    [TOY_IDLE] = {4, 4, 8},       [TOY_LISTENING] = {0, 160, 40}, [TOY_THINKING] = {40, 40, 160},
    [TOY_SPEAKING] = {120, 80, 0}, [TOY_ASLEEP] = {0, 0, 2},       [TOY_MUTED] = {120, 0, 0},
};
static const colour_t FEELING[] = {
    [TOY_EMOTION_FEELING_NEUTRAL] = {120, 80, 0},  [TOY_EMOTION_FEELING_HAPPY] = {160, 120, 0},
    [TOY_EMOTION_FEELING_CURIOUS] = {60, 120, 80}, [TOY_EMOTION_FEELING_SAD] = {20, 30, 100},
    [TOY_EMOTION_FEELING_EXCITED] = {180, 60, 60}, [TOY_EMOTION_FEELING_SLEEPY] = {30, 15, 40},
    [TOY_EMOTION_FEELING_CARING] = {140, 50, 70},
};
/* The toy thinks and speaks by itself. */
static const colour_t ALONE_THINKING = {110, 20, 110}, ALONE_SPEAKING = {160, 30, 70};
static const colour_t AMBER = {80, 40, 0};
static const colour_t PAIRING = {140, 0, 140}; /* it blinks */

static bool needs_help(const toy_t *toy)
{
    return toy_faults_is_active(&toy->faults, TOY_FAULT_PHRASES) ||
           toy_faults_is_active(&toy->faults, TOY_FAULT_CONTENT) ||
           toy_faults_is_active(&toy->faults, TOY_FAULT_MICROPHONE) ||
           toy_faults_is_active(&toy->faults, TOY_FAULT_BUTTON);
}

void toy_lights_show(toy_t *toy)
{
    colour_t colour = STATE[toy->turn.state];
    bool alone = toy->turn.brain == &toy->turn.config.local;
    if (alone && toy->turn.state == TOY_THINKING) {
        colour = ALONE_THINKING;
    } else if (alone && toy->turn.state == TOY_SPEAKING) {
        colour = ALONE_SPEAKING;
    } else if (toy->turn.state == TOY_SPEAKING) {
        colour = FEELING[toy->feeling];
    } else if (toy->turn.state == TOY_IDLE && needs_help(toy)) {
        colour = AMBER;
    }
    if (toy->home.lit) {
        colour = PAIRING;
    }
    toy_port_led(toy->port, colour.red, colour.green, colour.blue);
}
