/* A minute at full load, and how fast the toy obeys meanwhile. On QEMU with counting it also says what each part of the
 * round costs: lines `task NAME frames=N mean=N most=N` and `latency NAME ...` are read by tests/budget.py. */
#include "app/alone/content_blob.h"
#include "audio/codec.h"
#include "fake_home.h"
#include "toy_test.h"

#ifdef TOY_ON_QEMU
#include "qemu_an505/instructions.h"
#include "qemu_an505/stack.h"
#define IN_PSRAM __attribute__((section(".psram"))) /* it counts instructions: where a weight lies makes no difference */
#else
#define IN_PSRAM
static uint64_t qemu_instructions(void) { return 0u; }
static void qemu_stack_paint(void) {}
static size_t qemu_stack_used_bytes(void) { return 0u; }
#endif

#define CLOCK_PER_MS 150000u /* at 150 MHz, an instruction a clock */
#define FRAME_MOST (TOY_FRAME_MS * CLOCK_PER_MS)
#define REACTION_MS 50u
#define SPEAKER_DMA_FRAMES 1u
#define ANSWER_FRAMES 250 /* 5 s */
#define MODEL_MOST_BYTES (128u * 1024u)

typedef enum { RECEIVE, HEAR, STEP, SPEAK, TRANSMIT, FRAME, TASKS } task_t;
static const char *const NAME[TASKS] = {"receive", "hear", "step", "speak", "transmit", "frame"};

static fake_home_t home;
static uint64_t sum[TASKS], most[TASKS];
static uint32_t frames, spent_in_tick;
static size_t stack_bytes;
static int peak;

static void account(task_t task, uint64_t began)
{
    uint64_t spent = qemu_instructions() - began;
    spent_in_tick += (uint32_t)spent;
    sum[task] += spent;
    most[task] = spent > most[task] ? spent : most[task];
}

static void measured_round(const int16_t *microphone, int16_t *speaker, uint8_t *bytes, size_t room, size_t *count)
{
    size_t used;
    uint64_t began = qemu_instructions();
    toy_wire_receive(home.toy, home.base.out, home.base.out_bytes);
    account(RECEIVE, began);
    began = qemu_instructions();
    toy_mic_frame(home.toy, microphone);
    account(HEAR, began);
    began = qemu_instructions();
    toy_step(home.toy);
    account(STEP, began);
    began = qemu_instructions();
    toy_speaker_frame(home.toy, speaker);
    account(SPEAK, began);
    began = qemu_instructions();
    while ((used = toy_wire_transmit(home.toy, bytes + *count, room - *count)) > 0u) {
        *count += used;
    }
    account(TRANSMIT, began);
}

/* One round of fake_home's, counted. The base also talks about emotions all the time. */
static void tick(fake_sound_t sound)
{
    static uint8_t bytes[32768];
    static int16_t microphone[TOY_FRAME_SAMPLES], speaker[TOY_FRAME_SAMPLES];
    size_t count = 0;
    home.port.now_ms += TOY_FRAME_MS;
    fake_sound_frame(sound, home.samples, &home.noise, microphone);
    home.samples += TOY_FRAME_SAMPLES;
    spent_in_tick = 0u;
    measured_round(microphone, speaker, bytes, sizeof bytes, &count);
    sum[FRAME] += spent_in_tick;
    most[FRAME] = spent_in_tick > most[FRAME] ? spent_in_tick : most[FRAME];
    ++frames;
    home.base.out_bytes = 0;
    fake_base_tick(&home.base, home.port.now_ms, bytes, count);
    if (frames % 5u == 0u) {
        const toy_message_t emotion = {.type = TOY_MESSAGE_EMOTION,
                                       .emotion = {home.last_turn, TOY_EMOTION_FEELING_HAPPY, 50}};
        fake_base_send(&home.base, &emotion);
    }
    peak = 0;
    for (unsigned i = 0; i < TOY_FRAME_SAMPLES; ++i) {
        int size = speaker[i] < 0 ? -speaker[i] : speaker[i];
        peak = size > peak ? size : peak;
    }
}

static bool is_loud(void) { return peak > FAKE_BASE_PEAK / 2; }

static void run(fake_sound_t sound, uint32_t ms)
{
    for (uint32_t gone = 0; gone < ms; gone += TOY_FRAME_MS) {
        tick(sound);
    }
}

/* A shipped network with thresholds that nothing reaches: this test's voice is a buzz, and shall cost what a child's voice
 * costs without being obeyed. */
static const uint32_t *that_never_fires(uint32_t *copy, const uint32_t *model, uint32_t bytes)
{
    TOY_CHECK(bytes <= MODEL_MOST_BYTES);
    memcpy(copy, model, bytes);
    toy_net_head_t *head = (void *)copy;
    for (unsigned i = 0; i < TOY_NET_OUTPUTS_MAX - 2; ++i) {
        head->threshold[i] = UINT16_MAX;
    }
    head->checksum = 0;
    for (size_t i = offsetof(toy_net_head_t, channels); i < bytes; ++i) {
        head->checksum = (head->checksum + ((const uint8_t *)copy)[i] + 1u) * 2654435761u;
    }
    return copy;
}

static toy_config_t config_with_ears(void)
{
    static toy_wake_config_t ears;
    static IN_PSRAM uint32_t phrase[MODEL_MOST_BYTES / 4], commands[MODEL_MOST_BYTES / 4];
    ears = (toy_wake_config_t){that_never_fires(phrase, toy_wake_phrase_model, toy_wake_phrase_model_bytes),
                               toy_wake_phrase_model_bytes,
                               that_never_fires(commands, toy_wake_commands_model, toy_wake_commands_model_bytes),
                               toy_wake_commands_model_bytes};
    home.spotter = &ears;
    toy_config_t config = fake_home_config(&home, true);
    config.content = toy_content_blob; /* with its own voice, that waits meanwhile */
    config.content_bytes = (size_t)(toy_content_blob_end - toy_content_blob);
    return config;
}

static void fresh(void)
{
    memset(&home, 0, sizeof home);
    home.port.random = 42;
    const toy_config_t config = config_with_ears();
    fake_home_start(&home, true, &config);
    home.base.answer_frames = ANSWER_FRAMES;
    home.base.answer_after_ms = 300;
    memset(sum, 0, sizeof sum);
    memset(most, 0, sizeof most);
    frames = 0;
    run(FAKE_QUIET, 600);
    fake_home_look(&home);
}

/* Asks with 2 s of voice; leaves the toy with its first frame of the answer just played. */
static void ask(void)
{
    run(FAKE_VOICE, 2000);
    for (unsigned i = 0; i < 200u && !(toy_state(home.toy) == TOY_SPEAKING && is_loud()); ++i) {
        tick(FAKE_QUIET);
    }
    TOY_CHECK_INT(toy_state(home.toy), TOY_SPEAKING);
}

static void a_minute_at_full_load_drops_no_frame(void)
{
    unsigned questions = 0;
    fresh();
    qemu_stack_paint();
    while (frames < 3000u) {
        ask();
        ++questions;
        const toy_message_t *end = fake_base_last(&home.base, TOY_MESSAGE_END_OF_SPEECH);
        TOY_CHECK_INT(end->end_of_speech.frames, home.base.audio_frames); /* all that was said arrived */
        for (unsigned played = 1; played < ANSWER_FRAMES; ++played) {      /* and all of the answer is heard, in one go */
            tick(FAKE_VOICE);
            TOY_CHECK(is_loud());
        }
        run(FAKE_QUIET, 800);
        home.base.got_count = 0; /* it keeps 256 messages */
    }
    stack_bytes = qemu_stack_used_bytes();
    toy_stats_t stats;
    toy_stats(home.toy, &stats);
    TOY_CHECK(questions >= 6u);
    TOY_CHECK_INT(home.playback_done, questions);
    TOY_CHECK_INT(home.base.out_of_order, 0);
    TOY_CHECK_INT(stats.crc_errors + stats.refused + stats.stale_frames + stats.flood_bytes, 0);
    for (unsigned fault = 0; fault < TOY_FAULTS; ++fault) {
        TOY_CHECK_INT(home.errors[fault], 0);
    }
    TOY_CHECK(most[FRAME] <= FRAME_MOST);
    for (unsigned task = 0; task < TASKS; ++task) {
        printf("task %s frames=%u mean=%u most=%u\n", NAME[task], (unsigned)frames, (unsigned)(sum[task] / frames),
               (unsigned)most[task]);
    }
    printf("stack used=%u\n", (unsigned)stack_bytes);
    const toy_config_t config = config_with_ears();
    const toy_ear_config_t ear = {.spotter = home.spotter};
    printf("arena used=%u\n", (unsigned)(toy_arena_bytes(&config) + toy_ear_arena_bytes(&ear)));
}

/* The event comes just after a round began and waits for the next one; whole rounds more, if it takes them; the
 * instructions of the last; and the frame that the speaker's DMA is still playing. */
static void check_latency(const char *name, bool (*is_done)(void))
{
    unsigned rounds = 0;
    do {
        tick(FAKE_VOICE);
        ++rounds;
    } while (!is_done() && rounds < 10u);
    uint32_t instructions = TOY_FRAME_MS * (rounds + SPEAKER_DMA_FRAMES) * CLOCK_PER_MS + spent_in_tick;
    printf("latency %s rounds=%u instructions=%u\n", name, rounds, (unsigned)instructions);
    TOY_CHECK(is_done());
    TOY_CHECK(instructions <= REACTION_MS * CLOCK_PER_MS);
}

static void at_full_load(void)
{
    fresh();
    ask();
    run(FAKE_VOICE, 1000);
    TOY_CHECK(is_loud());
}

static bool is_silent_and_idle(void) { return !is_loud() && toy_state(home.toy) == TOY_IDLE; }
static bool is_muted(void)
{
    return !is_loud() && toy_state(home.toy) == TOY_MUTED && home.port.led[0] > 0u && home.port.led[1] == 0u;
}
static bool has_told_credit(void) { return home.errors[TOY_FAULT_CREDIT] == 1u; }

static void the_paw_stops_the_answer(void)
{
    at_full_load();
    toy_button(home.toy, true);
    check_latency("button", is_silent_and_idle);
}

static void mute_acts(void)
{
    at_full_load();
    toy_mute(home.toy, true);
    check_latency("mute", is_muted);
}

static void stop_from_the_base_acts(void)
{
    at_full_load();
    const toy_message_t stop = {.type = TOY_MESSAGE_ABORT, .abort = {toy_turn_id(home.toy), TOY_ABORT_REASON_STOP_WORD}};
    fake_base_send(&home.base, &stop);
    check_latency("stop", is_silent_and_idle);
}

static void a_failure_of_the_base_acts(void)
{
    at_full_load();
    const toy_message_t stop = {.type = TOY_MESSAGE_ABORT, .abort = {toy_turn_id(home.toy), TOY_ABORT_REASON_FAILURE}};
    fake_base_send(&home.base, &stop);
    check_latency("failure", is_silent_and_idle);
}

static void an_error_of_the_toy_is_told(void)
{
    at_full_load();
    home.base.answering = home.base.over_credit = true;
    home.base.answer_frames = 2 * ANSWER_FRAMES;
    for (unsigned i = 0; i < 60u; ++i) {
        fake_base_send_audio(&home.base, toy_turn_id(home.toy), (uint16_t)home.base.sent++);
    }
    check_latency("error", has_told_credit);
}

int main(void)
{
    TOY_RUN(a_minute_at_full_load_drops_no_frame);
    TOY_RUN(the_paw_stops_the_answer);
    TOY_RUN(mute_acts);
    TOY_RUN(stop_from_the_base_acts);
    TOY_RUN(a_failure_of_the_base_acts);
    TOY_RUN(an_error_of_the_toy_is_told);
    TOY_DONE();
}
