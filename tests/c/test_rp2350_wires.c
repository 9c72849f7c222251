/* Which wire has the session. */
#include "rp2350/logic/wires.h"
#include "toy_test.h"

static void the_first_that_speaks_has_it(void)
{
    rp_wires_t wires = {0};
    bool lost;
    TOY_CHECK(rp_wires_heard(&wires, RP_WIRE_RADIO, 100, &lost) && !lost);
    TOY_CHECK(!rp_wires_heard(&wires, RP_WIRE_USB, 200, &lost) && !lost);
    TOY_CHECK(rp_wires_heard(&wires, RP_WIRE_RADIO, 3000, &lost) && !lost);
    TOY_CHECK(!rp_wires_heard(&wires, RP_WIRE_UART, 5999, &lost));
    TOY_CHECK_INT(wires.active, RP_WIRE_RADIO);
}

static void silence_gives_it_away(void)
{
    rp_wires_t wires = {0};
    bool lost;
    TOY_CHECK(rp_wires_heard(&wires, RP_WIRE_RADIO, 0xFFFFFF00u, &lost)); /* the clock wraps on the way */
    TOY_CHECK(!rp_wires_heard(&wires, RP_WIRE_USB, 0xFFFFFF00u + 2999u, &lost));
    TOY_CHECK(rp_wires_heard(&wires, RP_WIRE_USB, 0xFFFFFF00u + 3000u, &lost) && lost);
    TOY_CHECK_INT(wires.active, RP_WIRE_USB);
}

static void a_wire_that_goes_away_is_missed_only_when_it_had_it(void)
{
    rp_wires_t wires = {0};
    bool lost;
    TOY_CHECK(!rp_wires_gone(&wires, RP_WIRE_USB));
    TOY_CHECK(!rp_wires_gone(&wires, RP_WIRE_NONE));
    TOY_CHECK(rp_wires_heard(&wires, RP_WIRE_USB, 10, &lost));
    TOY_CHECK(!rp_wires_gone(&wires, RP_WIRE_RADIO));
    TOY_CHECK(rp_wires_gone(&wires, RP_WIRE_USB));
    TOY_CHECK(rp_wires_heard(&wires, RP_WIRE_UART, 11, &lost) && !lost);
}

int main(void)
{
    TOY_RUN(the_first_that_speaks_has_it);
    TOY_RUN(silence_gives_it_away);
    TOY_RUN(a_wire_that_goes_away_is_missed_only_when_it_had_it);
    TOY_DONE();
}
