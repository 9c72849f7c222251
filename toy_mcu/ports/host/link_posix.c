#define _GNU_SOURCE
#include "link_posix.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#define TICKS_PER_S 50u
#define BITS_PER_BYTE 10u /* with start and stop bit */

static bool complain(const char *where)
{
    fprintf(stderr, "plush_toy: link %s: %s\n", where, strerror(errno));
    return false;
}

static bool listen_on(host_link_t *link, const char *where)
{
    char *end = NULL;
    unsigned long port = strtoul(where + 4, &end, 10);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int yes = 1;
    if (where[4] == '\0' || *end != '\0' || port > 65535u) {
        errno = EINVAL;
        return complain(where);
    }
    address.sin_port = htons((uint16_t)port);
    link->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (link->listener < 0 || setsockopt(link->listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
        bind(link->listener, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(link->listener, 4) != 0 ||
        getsockname(link->listener, (struct sockaddr *)&address, &size) != 0) {
        return complain(where);
    }
    fprintf(stderr, "link tcp 127.0.0.1:%u\n", (unsigned)ntohs(address.sin_port));
    return true;
}

static bool open_terminal(host_link_t *link, const char *where)
{
    struct termios settings;
    link->peer = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (link->peer < 0 || grantpt(link->peer) != 0 || unlockpt(link->peer) != 0) {
        return complain(where);
    }
    const char *name = ptsname(link->peer);
    link->slave = name == NULL ? -1 : open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (link->slave < 0 || tcgetattr(link->slave, &settings) != 0) {
        return complain(where);
    }
    cfmakeraw(&settings);
    if (tcsetattr(link->slave, TCSANOW, &settings) != 0) {
        return complain(where);
    }
    fprintf(stderr, "link pty %s\n", name);
    return true;
}

bool host_link_open(host_link_t *link, const char *where, uint32_t baud)
{
    *link = (host_link_t){.listener = -1, .peer = -1, .slave = -1, .plugged = true};
    link->bytes_per_tick = baud / BITS_PER_BYTE / TICKS_PER_S;
    if (where == NULL) {
        return true;
    }
    if (strncmp(where, "tcp:", 4) == 0) {
        return listen_on(link, where);
    }
    if (strcmp(where, "pty") == 0) {
        return open_terminal(link, where);
    }
    fprintf(stderr, "plush_toy: link is tcp:PORT or pty, not %s\n", where);
    return false;
}

static void hang_up(int *fd)
{
    if (*fd >= 0) {
        (void)close(*fd);
        *fd = -1;
    }
}

void host_link_close(host_link_t *link)
{
    hang_up(&link->peer);
    hang_up(&link->slave);
    hang_up(&link->listener);
}

static void pick_up(host_link_t *link)
{
    int yes = 1;
    link->peer = accept4(link->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (link->peer >= 0) {
        (void)setsockopt(link->peer, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    }
}

bool host_link_tick(host_link_t *link)
{
    bool was_there = link->peer >= 0;
    if (was_there && link->listener >= 0) {
        char byte;
        if (recv(link->peer, &byte, 1, MSG_PEEK) == 0) { /* gone, and all that it sent has been read */
            hang_up(&link->peer);
        }
    }
    bool lost = was_there && link->peer < 0;
    if (link->listener >= 0 && link->peer < 0 && link->plugged) {
        pick_up(link);
    }
    /* What a tick did not use is gone, as on a wire; what a frame took too much counts against the next. */
    link->may_send = (link->may_send < 0 ? link->may_send : 0) + link->bytes_per_tick;
    link->may_receive = link->bytes_per_tick;
    return !lost;
}

void host_link_plug(host_link_t *link, bool in)
{
    link->plugged = in;
    if (!in && link->listener >= 0) {
        hang_up(&link->peer);
    }
}

size_t host_link_receive(host_link_t *link, uint8_t *bytes, size_t room)
{
    size_t limit = (size_t)link->may_receive < room ? (size_t)link->may_receive : room;
    if (link->peer < 0 || limit == 0u) {
        return 0;
    }
    ssize_t count = read(link->peer, bytes, limit);
    if (count < 0 && errno != EAGAIN && errno != EINTR && link->listener >= 0) {
        hang_up(&link->peer); /* reset */
    }
    if (count <= 0) {
        return 0;
    }
    link->may_receive -= count;
    return link->plugged ? (size_t)count : 0u;
}

bool host_link_may_send(const host_link_t *link) { return link->may_send > 0; }

void host_link_send(host_link_t *link, const uint8_t *bytes, size_t count)
{
    link->may_send -= (int64_t)count;
    if (link->peer >= 0 && link->plugged) {
        ssize_t sent = write(link->peer, bytes, count);
        (void)sent;
    }
}
