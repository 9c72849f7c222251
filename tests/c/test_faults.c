#include "app/faults.h"
#include "fake_port.h"
#include "toy_test.h"

static toy_port_t port;
static toy_faults_t faults;
static unsigned told, last_code;

static void on_event(void *context, const toy_event_t *event)
{
    (void)context;
    told += event->kind == TOY_EVENT_ERROR;
    last_code = event->number;
}

static const toy_listener_t LISTENER = {NULL, on_event};

static void fresh(void)
{
    memset(&port, 0, sizeof port);
    told = 0;
    toy_faults_init(&faults, &port, &LISTENER);
}

static void hear(int16_t value, unsigned frames)
{
    for (unsigned i = 0; i < frames; ++i) {
        port.now_ms += TOY_FRAME_MS;
        toy_faults_hear(&faults, false, value == 0);
    }
}

static void a_fault_is_told_once_until_it_is_over(void)
{
    fresh();
    toy_faults_raise(&faults, TOY_FAULT_STORE, 3);
    toy_faults_raise(&faults, TOY_FAULT_STORE, 3);
    TOY_CHECK_INT(told, 1);
    TOY_CHECK_INT(port.lines, 1);
    TOY_CHECK_INT(toy_faults_untold(&faults), TOY_FAULT_STORE);
    TOY_CHECK_INT(toy_faults_untold(&faults), TOY_FAULT_NONE);
    toy_faults_clear(&faults, TOY_FAULT_STORE);
    toy_faults_raise(&faults, TOY_FAULT_STORE, 3);
    TOY_CHECK_INT(told, 2);
    TOY_CHECK_INT(toy_faults_untold(&faults), TOY_FAULT_STORE);
}

static void every_fault_has_a_line_that_fits_its_message(void)
{
    for (unsigned fault = 0; fault < TOY_FAULTS; ++fault) {
        TOY_CHECK(toy_fault_text((toy_fault_t)fault) != NULL);
        TOY_CHECK(strlen(toy_fault_text((toy_fault_t)fault)) <= 64u);
    }
}

static void zeros_for_five_seconds_are_a_broken_microphone(void)
{
    fresh();
    hear(0, 249);
    TOY_CHECK_INT(told, 0);
    hear(0, 1);
    TOY_CHECK_INT(last_code, TOY_FAULT_MICROPHONE);
    TOY_CHECK(toy_faults_is_active(&faults, TOY_FAULT_MICROPHONE));
    hear(1, 1);
    TOY_CHECK(!toy_faults_is_active(&faults, TOY_FAULT_MICROPHONE));
    hear(0, 100);
    hear(1, 1);
    hear(0, 200);
    TOY_CHECK_INT(told, 1);
}

static void a_paw_held_for_half_a_minute_is_stuck(void)
{
    fresh();
    toy_faults_button(&faults, true);
    port.now_ms = 30000;
    hear(1, 0);
    faults.heard_ms = port.now_ms;
    TOY_CHECK(toy_faults_step(&faults));
    TOY_CHECK_INT(told, 0);
    port.now_ms = faults.heard_ms = 30001;
    TOY_CHECK(toy_faults_step(&faults));
    TOY_CHECK_INT(last_code, TOY_FAULT_BUTTON);
    toy_faults_button(&faults, false);
    TOY_CHECK(!toy_faults_is_active(&faults, TOY_FAULT_BUTTON));
}

static void without_microphone_frames_the_watchdog_is_not_fed(void)
{
    fresh();
    hear(1, 1);
    port.now_ms += TOY_FAULT_HUNG_MS;
    TOY_CHECK(toy_faults_step(&faults));
    port.now_ms += 1;
    TOY_CHECK(!toy_faults_step(&faults));
    TOY_CHECK_INT(last_code, TOY_FAULT_HUNG);
    toy_faults_hear(&faults, true, true); /* muted frames count as frames */
    TOY_CHECK(toy_faults_step(&faults));
}

int main(void)
{
    TOY_RUN(a_fault_is_told_once_until_it_is_over);
    TOY_RUN(every_fault_has_a_line_that_fits_its_message);
    TOY_RUN(zeros_for_five_seconds_are_a_broken_microphone);
    TOY_RUN(a_paw_held_for_half_a_minute_is_stuck);
    TOY_RUN(without_microphone_frames_the_watchdog_is_not_fed);
    TOY_DONE();
}
