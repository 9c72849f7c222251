/* The base falls silent over a question: the toy answers the same one by itself, at once, and alone. On QEMU with counting
 * the instructions of that round are part of the figure. */
#include "app/alone/content_blob.h"
#include "app/parts.h"
#include "fake_home.h"
#include "toy_test.h"

#ifdef TOY_ON_QEMU
#include "qemu_an505/instructions.h"
#else
static uint64_t qemu_instructions(void) { return 0u; }
#endif

#define CLOCK_PER_MS 150000u
#define FIRST_SOUND_MS 400u
#define SPEAKER_DMA_FRAMES 1u

static fake_home_t home;
static bool decided, sounded;
static unsigned rounds; /* after the one in which it was decided */
static uint32_t instructions;
static uint8_t led_before[3], led_after[3];

static void on_event(void *context, const toy_event_t *event)
{
    (void)context;
    decided |= event->kind == TOY_EVENT_BRAIN && event->text[0] == 'l';
}

static void fresh(void)
{
    memset(&home, 0, sizeof home);
    home.port.random = 42;
    toy_config_t config = fake_home_config(&home, true);
    config.content = toy_content_blob;
    config.content_bytes = (size_t)(toy_content_blob_end - toy_content_blob);
    config.listener = (toy_listener_t){NULL, on_event};
    fake_home_start(&home, true, &config);
    fake_home_run(&home, FAKE_QUIET, 500);
    TOY_CHECK(home.base.up);
    decided = sounded = false;
    rounds = 0;
}

/* One round of the toy without the base, counted. */
static void silent_round(fake_sound_t sound)
{
    int16_t samples[TOY_FRAME_SAMPLES];
    uint8_t bytes[TOY_WIRE_ROOM_BYTES];
    int peak = 0;
    home.port.now_ms += TOY_FRAME_MS;
    fake_sound_frame(sound, home.samples, &home.noise, samples);
    home.samples += TOY_FRAME_SAMPLES;
    memcpy(led_before, decided ? led_before : home.port.led, sizeof led_before);
    bool was_decided = decided;
    uint64_t began = qemu_instructions();
    toy_mic_frame(home.toy, samples);
    toy_step(home.toy);
    toy_speaker_frame(home.toy, samples);
    while (toy_wire_transmit(home.toy, bytes, sizeof bytes) > 0u) {
    }
    instructions = (uint32_t)(qemu_instructions() - began);
    for (unsigned i = 0; i < TOY_FRAME_SAMPLES; ++i) {
        peak = samples[i] > peak ? samples[i] : peak;
    }
    sounded |= decided && peak > 200;
    rounds += was_decided;
}

static void check_latency(void)
{
    for (unsigned i = 0; i < 600u && !sounded; ++i) {
        silent_round(FAKE_QUIET);
    }
    memcpy(led_after, home.port.led, sizeof led_after);
    uint32_t spent = TOY_FRAME_MS * (rounds + SPEAKER_DMA_FRAMES) * CLOCK_PER_MS + instructions;
    printf("first sound %u rounds after the decision, %u us at 150 MHz\n", rounds, (unsigned)(spent / (CLOCK_PER_MS / 1000u)));
    TOY_CHECK(decided && sounded);
    TOY_CHECK(spent <= FIRST_SOUND_MS * CLOCK_PER_MS);
    TOY_CHECK_INT(toy_state(home.toy), TOY_SPEAKING);
    TOY_CHECK(memcmp(led_before, led_after, sizeof led_before) != 0);
}

static void while_the_base_thinks(void)
{
    fresh();
    home.base.answer_frames = -1;
    fake_home_run(&home, FAKE_VOICE, 1000);
    TOY_CHECK(fake_home_until(&home, TOY_THINKING, 1000));
    uint32_t silent_ms = home.port.now_ms;
    while (!decided && home.port.now_ms - silent_ms < 2000u) {
        silent_round(FAKE_QUIET);
    }
    TOY_CHECK(home.port.now_ms - silent_ms <= 1500u); /* a second of silence, on top of what the base last said */
    check_latency();
}

static void while_the_child_speaks(void)
{
    fresh();
    fake_home_run(&home, FAKE_VOICE, 600);
    TOY_CHECK_INT(toy_state(home.toy), TOY_LISTENING);
    for (unsigned i = 0; i < 100u; ++i) { /* 2 s more of the sentence */
        silent_round(FAKE_VOICE);
    }
    TOY_CHECK(decided); /* and the child is heard to the end first */
    TOY_CHECK_INT(toy_state(home.toy), TOY_LISTENING);
    rounds = 0;
    while (toy_state(home.toy) == TOY_LISTENING && rounds < 100u) {
        silent_round(FAKE_QUIET);
    }
    rounds = 0;
    check_latency();
}

/* The late answer is dropped to its last frame, and what was understood is not lost. */
static void the_late_answer_is_not_heard(void)
{
    toy_stats_t stats;
    fresh();
    home.base.answer_frames = -1;
    fake_home_run(&home, FAKE_VOICE, 1000);
    TOY_CHECK(fake_home_until(&home, TOY_THINKING, 1000));
    uint16_t turn = toy_turn_id(home.toy);
    toy_turn_understood(&home.toy->turn, TOY_INTENT_JOKE, 80); /* late, while the base thinks */
    fake_home_run(&home, FAKE_QUIET, TOY_TURN_THINK_MS + 100u); /* alive, but it does not answer */
    TOY_CHECK(decided);
    TOY_CHECK_INT(toy_turn_id(home.toy), turn);
    const toy_offline_turn_t *row = &home.toy->offline.newest->turns[0];
    TOY_CHECK_INT(home.toy->offline.newest->count, 1);
    TOY_CHECK(row->turn == turn && row->heard_bytes == 4u && memcmp(row->heard, "joke", 4) == 0);
    const toy_message_t start = {.type = TOY_MESSAGE_SPEAK_START, .speak_start = {turn, 0, 16000}};
    fake_base_send(&home.base, &start);
    for (uint16_t i = 0; i < 30u; ++i) {
        fake_base_send_audio(&home.base, turn, i);
    }
    TOY_CHECK(fake_home_until(&home, TOY_IDLE, 20000));
    toy_stats(home.toy, &stats);
    TOY_CHECK_INT(stats.stale_frames, 30);
    TOY_CHECK_INT(home.toy->remote.reply.first, 0); /* none of it was played */
}

/* What the parents set by way of the base holds when the base is gone, and after the battery fell out. */
static void an_hour_for_stories_alone_holds_without_the_base(void)
{
    const toy_message_t settings = {
        .type = TOY_MESSAGE_SETTINGS,
        .settings = {.bed_start = 1440, .bed_end = 1440, .minutes_per_day = 1440, .story_only = true}};
    fresh();
    fake_base_send(&home.base, &settings);
    fake_home_run(&home, FAKE_QUIET, 200);
    for (unsigned again = 0; again < 2u; ++again) {
        home.plugged = false;
        fake_home_run(&home, FAKE_VOICE, 1000);
        TOY_CHECK_INT(toy_state(home.toy), TOY_LISTENING);
        toy_turn_understood(&home.toy->turn, TOY_INTENT_JOKE, 80);
        TOY_CHECK(fake_home_until(&home, TOY_SPEAKING, 3000));
        const toy_policy_t *policy = &home.toy->local.policy;
        TOY_CHECK(policy->offer == TOY_LINES_OFFER_STORY && policy->waiting == TOY_WAITING_OFFER);
        toy_config_t config = home.toy->config;
        fake_home_start(&home, true, &config);
        fake_home_run(&home, FAKE_QUIET, 500);
    }
}

int main(void)
{
    TOY_RUN(while_the_base_thinks);
    TOY_RUN(while_the_child_speaks);
    TOY_RUN(the_late_answer_is_not_heard);
    TOY_RUN(an_hour_for_stories_alone_holds_without_the_base);
    TOY_DONE();
}
