#include "wake/intent.h"

uint32_t toy_intent_hear(const toy_intent_situation_t *situation)
{
    if (situation->muted) {
        return 0;
    }
    uint32_t hear = TOY_HEAR_PHRASE;
    if (situation->speaking) {
        return hear | TOY_HEAR_STOP;
    }
    if (situation->offline || situation->waiting_for_answer || situation->since_wake_ms <= TOY_INTENT_AFTER_WAKE_MS) {
        hear |= TOY_HEAR_COMMANDS;
    }
    return hear;
}

const char *toy_intent_name(toy_intent_t intent)
{
    static const char *const names[TOY_INTENT_COUNT] = {"yes",   "no",   "stop", "go",  "up",    "down",       "left",  "right",
                                                        "on",    "off",  "story", "joke", "song", "good night", "hello", "bye"};
    return intent > TOY_INTENT_NONE && intent < TOY_INTENT_COUNT ? names[intent] : "";
}
