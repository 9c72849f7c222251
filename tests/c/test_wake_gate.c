/* When the gate fires, and above all when it must not. */
#include "toy_test.h"
#include "wake/gate.h"

#define STOP 4

static toy_net_head_t head;
static toy_gate_t gate;
static uint16_t scores[TOY_NET_OUTPUTS_MAX];

static void begin(uint8_t outputs, uint8_t smooth_steps)
{
    memset(&head, 0, sizeof head);
    head.outputs = outputs;
    head.smooth_steps = smooth_steps;
    head.refractory_steps = 10;
    for (uint32_t i = 0; i < TOY_NET_OUTPUTS_MAX - 2; ++i) {
        head.threshold[i] = 20000;
    }
    toy_gate_init(&gate, &head);
}

/* One output has everything for some steps; how many commands fired, and which one last. */
static uint32_t commands(uint8_t output, uint32_t steps, uint8_t at_once, uint8_t *last)
{
    uint32_t fired = 0;
    memset(scores, 0, sizeof scores);
    scores[output] = TOY_NET_ONE;
    for (uint32_t i = 0; i < steps; ++i) {
        toy_gate_event_t event = toy_gate_command(&gate, scores, at_once);
        if (event.output != 0) {
            ++fired;
            *last = event.output;
        }
    }
    return fired;
}

static uint32_t phrases(uint16_t score, uint32_t steps)
{
    uint32_t fired = 0;
    scores[0] = (uint16_t)(TOY_NET_ONE - score);
    scores[1] = score;
    for (uint32_t i = 0; i < steps; ++i) {
        fired += toy_gate_phrase(&gate, scores, gate.head->threshold[0]).output;
    }
    return fired;
}

static void one_step_is_not_a_phrase(void)
{
    begin(2, 3);
    TOY_CHECK_INT(phrases(32767, 1), 0);
    TOY_CHECK_INT(phrases(0, 20), 0);
    TOY_CHECK_INT(phrases(32767, 3), 1);
}

static void a_phrase_fires_at_the_threshold_that_it_is_given(void)
{
    begin(2, 3);
    scores[0] = TOY_NET_ONE - 30000;
    scores[1] = 30000;
    for (uint32_t i = 0; i < 6; ++i) {
        TOY_CHECK_INT(toy_gate_phrase(&gate, scores, 30001).output, 0);
    }
    TOY_CHECK_INT(toy_gate_phrase(&gate, scores, 30000).output, 1);
}

static void a_phrase_fires_once_in_its_refractory_time(void)
{
    begin(2, 3);
    TOY_CHECK_INT(phrases(32767, 12), 1); /* fires at the second step, then rests for ten */
    TOY_CHECK_INT(phrases(32767, 1), 1);
    TOY_CHECK_INT(phrases(19999, 100), 0);
}

static void a_command_alone_fires_in_the_silence_after_it(void)
{
    uint8_t last = 0;
    begin(18, 3);
    TOY_CHECK_INT(commands(0, 20, 0, &last), 0);
    TOY_CHECK_INT(commands(1, 5, 0, &last), 0);
    TOY_CHECK_INT(commands(7, 6, 0, &last), 0);
    TOY_CHECK_INT(commands(0, 20, 0, &last), 1);
    TOY_CHECK_INT(last, 7);
}

static void a_command_in_running_speech_does_not(void)
{
    uint8_t last = 0;
    begin(18, 3);
    TOY_CHECK_INT(commands(1, 60, 0, &last), 0);
    TOY_CHECK_INT(commands(7, 6, 0, &last), 0);
    TOY_CHECK_INT(commands(1, 3, 0, &last), 0);
    TOY_CHECK_INT(commands(0, 20, 0, &last), 0);
    begin(18, 3); /* and a sentence that only begins with it */
    TOY_CHECK_INT(commands(7, 6, 0, &last), 0);
    TOY_CHECK_INT(commands(1, 60, 0, &last), 0);
    TOY_CHECK_INT(commands(0, 20, 0, &last), 0);
}

static void stop_does_not_wait_when_it_need_not(void)
{
    uint8_t last = 0;
    begin(18, 3);
    TOY_CHECK_INT(commands(1, 60, STOP, &last), 0);
    TOY_CHECK_INT(commands(STOP, 3, STOP, &last), 1);
    TOY_CHECK_INT(last, STOP);
    TOY_CHECK_INT(commands(7, 6, STOP, &last), 0);
}

static void the_clearer_of_two_commands_counts(void)
{
    uint8_t last = 0;
    begin(18, 1);
    memset(scores, 0, sizeof scores);
    scores[5] = 21000;
    (void)toy_gate_command(&gate, scores, 0);
    TOY_CHECK_INT(commands(6, 2, 0, &last), 0);
    TOY_CHECK_INT(commands(0, 10, 0, &last), 1);
    TOY_CHECK_INT(last, 6);
}

int main(void)
{
    TOY_RUN(one_step_is_not_a_phrase);
    TOY_RUN(a_phrase_fires_at_the_threshold_that_it_is_given);
    TOY_RUN(a_phrase_fires_once_in_its_refractory_time);
    TOY_RUN(a_command_alone_fires_in_the_silence_after_it);
    TOY_RUN(a_command_in_running_speech_does_not);
    TOY_RUN(stop_does_not_wait_when_it_need_not);
    TOY_RUN(the_clearer_of_two_commands_counts);
    TOY_DONE();
}
