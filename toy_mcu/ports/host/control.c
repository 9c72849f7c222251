#include "control.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "key_line.h"

void host_control_open(host_control_t *control, int fd, toy_vault_t *vault)
{
    *control = (host_control_t){.fd = fd, .vault = vault};
    if (fd >= 0) {
        (void)fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    }
}

static void tell(host_control_t *control, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void tell(host_control_t *control, const char *format, ...)
{
    char line[512];
    va_list values;
    if (control->fd < 0) {
        return;
    }
    va_start(values, format);
    int count = vsnprintf(line, sizeof line - 1u, format, values);
    va_end(values);
    if (count > 0) {
        size_t length = (size_t)count < sizeof line - 2u ? (size_t)count : sizeof line - 2u;
        line[length] = '\n';
        ssize_t sent = write(control->fd, line, length + 1u);
        (void)sent;
    }
}

static void tell_stats(host_control_t *control, const toy_t *toy)
{
    toy_stats_t stats;
    toy_stats(toy, &stats);
    tell(control,
         "stats frames_up=%u frames_down=%u resent=%u crc_errors=%u refused=%u sessions=%u stale_frames=%u "
         "flood_bytes=%u",
         stats.frames_up, stats.frames_down, stats.resent, stats.crc_errors, stats.refused, stats.sessions,
         stats.stale_frames, stats.flood_bytes);
}

static void obey(host_control_t *control, const char *line, toy_t *toy, host_link_t *link)
{
    unsigned number = 0, millivolts = 0;
    char word[8] = "";
    uint8_t key[KEY_LINE_BYTES];
    if (key_line_read(line, key)) {
        if (toy_vault_set_key(control->vault, key) != TOY_OK) {
            tell(control, "error 7 the key was not kept");
        }
    } else if (strcmp(line, "listen") == 0) {
        toy_listen(toy);
    } else if (strcmp(line, "stats") == 0) {
        tell_stats(control, toy);
    } else if (sscanf(line, "wake %u", &number) == 1 && number <= 255u) {
        toy_woken(toy, (uint8_t)number);
    } else if (sscanf(line, "volume %u", &number) == 1 && number <= 100u) {
        toy_volume(toy, (uint8_t)number);
    } else if (sscanf(line, "battery %u %u %7s", &number, &millivolts, word) == 3 && number <= 100u &&
               millivolts <= UINT16_MAX) {
        toy_battery(toy, (uint8_t)number, (uint16_t)millivolts, strcmp(word, "on") == 0);
    } else if (strcmp(line, "button paw down") == 0 || strcmp(line, "button paw up") == 0) {
        toy_button(toy, line[11] == 'd');
    } else if (strcmp(line, "mute on") == 0 || strcmp(line, "mute off") == 0) {
        toy_mute(toy, line[6] == 'n');
    } else if (strcmp(line, "link on") == 0 || strcmp(line, "link off") == 0) {
        host_link_plug(link, line[6] == 'n');
    } else {
        tell(control, "unknown %s", line);
    }
}

void host_control_read(host_control_t *control, toy_t *toy, host_link_t *link)
{
    char byte;
    while (control->fd >= 0 && read(control->fd, &byte, 1) == 1) {
        if (byte != '\n') {
            control->line[control->used] = byte;
            /* the rest of a long line is lost */
            control->used += control->used + 1u < sizeof control->line ? 1u : 0u;
            continue;
        }
        control->line[control->used] = '\0';
        control->used = 0;
        obey(control, control->line, toy, link);
    }
}

void host_control_event(host_control_t *control, const toy_event_t *event)
{
    switch (event->kind) {
    case TOY_EVENT_STATE:
        tell(control, "state %s %u", event->text, event->turn);
        break;
    case TOY_EVENT_BRAIN:
        tell(control, "turn %u brain %s", event->turn, event->text);
        break;
    case TOY_EVENT_HEARD:
        tell(control, "heard %s", event->text);
        break;
    case TOY_EVENT_SAID:
        tell(control, "said %s", event->text);
        break;
    case TOY_EVENT_PLAYBACK:
        tell(control, "playback %u %s", event->turn, event->text);
        break;
    case TOY_EVENT_LINK:
        tell(control, "link %s", event->text);
        break;
    case TOY_EVENT_PAIRING:
        tell(control, "pairing %s", event->text);
        break;
    case TOY_EVENT_ERROR:
        tell(control, "error %u %s", event->number, event->text);
        break;
    }
}

void host_control_led(host_control_t *control, toy_port_t *port)
{
    if (port->led_changed) {
        port->led_changed = false;
        tell(control, "led %u %u %u", port->led[0], port->led[1], port->led[2]);
    }
}
