#include "rp2350/logic/health.h"

void rp_health_init(rp_health_t *health) { *health = (rp_health_t){0}; }

static void one_bit(rp_health_t *health, bool bit)
{
    health->run = health->bits != 0u && bit == health->last ? health->run + 1u : 1u;
    health->last = bit;
    if (health->seen == 0u) {
        health->first = bit;
        health->same = 0u;
    }
    health->same += bit == health->first ? 1u : 0u;
    health->seen = (health->seen + 1u) % RP_HEALTH_WINDOW;
    ++health->bits;
    if (health->run >= RP_HEALTH_REPETITION || health->same >= RP_HEALTH_PROPORTION) {
        health->failed = true;
    }
}

bool rp_health_words(rp_health_t *health, const uint32_t *words, size_t count)
{
    for (size_t i = 0; i < count; ++i) {
        for (uint32_t bit = 0; bit < 32u; ++bit) {
            one_bit(health, (words[i] >> bit & 1u) != 0u);
        }
    }
    return !health->failed;
}
