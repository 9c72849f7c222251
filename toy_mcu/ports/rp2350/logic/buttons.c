#include "rp2350/logic/buttons.h"

bool rp_button_step(rp_button_t *button, bool pin, uint32_t passed_ms, bool repeats)
{
    button->other_ms = pin != button->down ? button->other_ms + passed_ms : 0u;
    if (button->other_ms >= RP_BUTTON_SETTLE_MS) {
        button->down = pin;
        button->other_ms = 0;
        button->held_ms = 0;
        return pin;
    }
    if (!button->down || !repeats) {
        return false;
    }
    button->held_ms += passed_ms;
    if (button->held_ms < RP_BUTTON_REPEAT_AFTER_MS) {
        return false;
    }
    button->held_ms -= RP_BUTTON_REPEAT_MS;
    return true;
}

uint8_t rp_volume_step(uint8_t percent, bool up, bool down)
{
    if (up && percent < 100u) {
        return percent + RP_VOLUME_STEP > 100u ? 100u : (uint8_t)(percent + RP_VOLUME_STEP);
    }
    if (down && percent > 0u) {
        return percent < RP_VOLUME_STEP ? 0u : (uint8_t)(percent - RP_VOLUME_STEP);
    }
    return percent;
}
