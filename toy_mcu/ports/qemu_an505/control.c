#include "control.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "key_line.h"
#include "stack.h"
#include "world.h"

static void tell(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void tell(const char *format, ...)
{
    char line[400];
    va_list values;
    va_start(values, format);
    int count = vsnprintf(line, sizeof line - 1u, format, values);
    va_end(values);
    size_t length = (size_t)count < sizeof line - 2u ? (size_t)count : sizeof line - 2u;
    line[length] = '\n';
    /* A line that was cut short is ended before the next one. */
    static bool cut;
    if (cut) {
        cut = world_body_send("\n", 1u) == 0u;
    }
    cut = cut || world_body_send(line, length + 1u) <= length;
}

static void tell_stats(const toy_t *toy)
{
    toy_stats_t s;
    toy_stats(toy, &s);
    tell("stats frames_up=%u frames_down=%u resent=%u crc_errors=%u refused=%u sessions=%u stale_frames=%u "
         "flood_bytes=%u",
         (unsigned)s.frames_up, (unsigned)s.frames_down, (unsigned)s.resent, (unsigned)s.crc_errors,
         (unsigned)s.refused, (unsigned)s.sessions, (unsigned)s.stale_frames, (unsigned)s.flood_bytes);
}

static void tell_tasks(control_t *control)
{
    static const char *const NAME[TASKS + 1] = {"receive", "hear", "step", "speak", "transmit", "frame"};
    tasks_t *tasks = control->tasks;
    uint32_t frames = tasks->frames != 0u ? tasks->frames : 1u;
    for (int i = 0; i <= TASKS; ++i) {
        tell("task %s frames=%u mean=%u most=%u", NAME[i], (unsigned)tasks->frames, (unsigned)(tasks->sum[i] / frames),
             (unsigned)tasks->most[i]);
    }
    memset(tasks, 0, sizeof *tasks);
    tell("stack used=%u", (unsigned)qemu_stack_used_bytes());
    tell("arena used=%u", (unsigned)control->arena_bytes);
}

/* The number behind a word, or -1. */
static long number_after(const char *line, const char *word, long most)
{
    size_t length = strlen(word);
    char *end = NULL;
    if (strncmp(line, word, length) != 0) {
        return -1;
    }
    long value = strtol(line + length, &end, 10);
    return end != line + length && *end == '\0' && value >= 0 && value <= most ? value : -1;
}

static void obey(control_t *control, const char *line, toy_t *toy)
{
    unsigned percent = 0, millivolts = 0;
    char word[8] = "";
    uint8_t key[KEY_LINE_BYTES];
    if (key_line_read(line, key)) {
        control->set_key(key);
    } else if (strcmp(line, "listen") == 0) {
        toy_listen(toy);
    } else if (strcmp(line, "stats") == 0) {
        tell_stats(toy);
    } else if (strcmp(line, "tasks") == 0) {
        tell_tasks(control);
    } else if (number_after(line, "wake ", 255) >= 0) {
        toy_woken(toy, (uint8_t)number_after(line, "wake ", 255));
    } else if (number_after(line, "volume ", 100) >= 0) {
        toy_volume(toy, (uint8_t)number_after(line, "volume ", 100));
    } else if (sscanf(line, "battery %u %u %7s", &percent, &millivolts, word) == 3) {
        toy_battery(toy, (uint8_t)(percent <= 100u ? percent : 100u), (uint16_t)millivolts, strcmp(word, "on") == 0);
    } else if (strcmp(line, "button paw down") == 0 || strcmp(line, "button paw up") == 0) {
        toy_button(toy, line[11] == 'd');
    } else if (strcmp(line, "mute on") == 0 || strcmp(line, "mute off") == 0) {
        toy_mute(toy, line[6] == 'n');
    } else if (strcmp(line, "link on") == 0 || strcmp(line, "link off") == 0) {
        control->plugged = line[6] == 'n';
        if (!control->plugged) {
            toy_wire_lost(toy);
        }
    } else {
        tell("unknown %.100s", line);
    }
}

void control_byte(control_t *control, char byte, toy_t *toy)
{
    if (byte != '\n') {
        control->line[control->used] = byte;
        control->used += control->used + 1u < sizeof control->line ? 1u : 0u; /* the rest of a long line is lost */
        return;
    }
    control->line[control->used] = '\0';
    control->used = 0;
    obey(control, control->line, toy);
}

void control_event(const toy_event_t *event)
{
    switch (event->kind) {
    case TOY_EVENT_STATE:
        tell("state %s %u", event->text, (unsigned)event->turn);
        break;
    case TOY_EVENT_BRAIN:
        tell("turn %u brain %s", (unsigned)event->turn, event->text);
        break;
    case TOY_EVENT_HEARD:
        tell("heard %s", event->text);
        break;
    case TOY_EVENT_SAID:
        tell("said %s", event->text);
        break;
    case TOY_EVENT_PLAYBACK:
        tell("playback %u %s", (unsigned)event->turn, event->text);
        break;
    case TOY_EVENT_LINK:
        tell("link %s", event->text);
        break;
    case TOY_EVENT_PAIRING:
        tell("pairing %s", event->text);
        break;
    case TOY_EVENT_ERROR:
        tell("error %u %s", (unsigned)event->number, event->text);
        break;
    }
}

void control_led(toy_port_t *port)
{
    if (port->led_changed) {
        port->led_changed = false;
        tell("led %u %u %u", port->led[0], port->led[1], port->led[2]);
    }
}
