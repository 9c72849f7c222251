#include "rp2350/port_rp2350.h"

#include <string.h>

#include "hardware/timer.h"
#include "rp2350/core1.h"
#include "rp2350/trng.h"

uint32_t toy_port_now_ms(toy_port_t *port)
{
    (void)port;
    return (uint32_t)(time_us_64() / 1000u);
}

toy_status_t toy_port_random(toy_port_t *port, void *bytes, size_t count)
{
    (void)port;
    return rp_trng_read(bytes, count);
}

void toy_port_led(toy_port_t *port, uint8_t red, uint8_t green, uint8_t blue)
{
    const uint8_t led[3] = {red, green, blue};
    memcpy(port->led, led, sizeof led);
}

void toy_port_parallel(toy_port_t *port, toy_port_work_t work, void *context, uint32_t parts)
{
    for (uint32_t part = 0; port->spares && part < parts; ++part) {
        work(context, part);
    }
    if (!port->spares) {
        rp_core1_share(work, context, parts);
    }
}

void toy_port_alive(toy_port_t *port) { port->is_alive = true; }

void toy_port_log(toy_port_t *port, const char *text)
{
    (void)port;
    (void)text;
}
