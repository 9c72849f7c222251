/* Slots are filled, sentences begin with a capital, nothing runs over. */
#include "app/alone/template.h"
#include "toy_test.h"

static char text[64];
static const toy_slots_t SLOTS = {{"an owl|the owl", "a bee", NULL, "in the snow", NULL, "left"}};

static void is(const char *line, const char *expected)
{
    toy_template_fill(line, &SLOTS, text, sizeof text);
    if (strcmp(text, expected) != 0) {
        printf("\"%s\" became \"%s\"\n", line, text);
    }
    TOY_CHECK(strcmp(text, expected) == 0);
}

static void fills_slots(void)
{
    is("Here is {hero} {place}.", "Here is an owl in the snow.");
    is("{the hero} met {friend}. {the friend} said {word}.", "The owl met a bee. A bee said left.");
    is("One! {hero}", "One! An owl");
}

static void leaves_out_what_it_does_not_know(void)
{
    is("a {thing}b {nothing}c", "a b c");
    is("open {hero", "open ");
    is("{", "");
}

static void stays_in_its_room(void)
{
    char small[8];
    toy_template_fill("{hero} {hero} {hero}", &SLOTS, small, sizeof small);
    TOY_CHECK(strcmp(small, "An owl ") == 0);
    toy_template_fill("x", &SLOTS, small, 1);
    TOY_CHECK(small[0] == '\0');
}

int main(void)
{
    TOY_RUN(fills_slots);
    TOY_RUN(leaves_out_what_it_does_not_know);
    TOY_RUN(stays_in_its_room);
    TOY_DONE();
}
