/* buttons.h - what a finger means: bounce taken out, louder and quieter repeating while held.
 * In      the pin (true: pressed), every round; milliseconds since the last round
 * Out     the settled state, and one event for each press and each repeat
 * Memory  rp_button_t each */
#ifndef RP2350_BUTTONS_H
#define RP2350_BUTTONS_H

#include <stdbool.h>
#include <stdint.h>

#define RP_BUTTON_SETTLE_MS 30u
#define RP_BUTTON_REPEAT_AFTER_MS 600u
#define RP_BUTTON_REPEAT_MS 200u
#define RP_VOLUME_STEP 10u

typedef struct {
    bool down;
    uint32_t other_ms; /* that the pin has said the opposite */
    uint32_t held_ms;
} rp_button_t;

/* True when the button was pressed, or repeats. */
bool rp_button_step(rp_button_t *button, bool pin, uint32_t passed_ms, bool repeats);

/* 0 to 100 in steps; up and down as rp_button_step() said. */
uint8_t rp_volume_step(uint8_t percent, bool up, bool down);

#endif
