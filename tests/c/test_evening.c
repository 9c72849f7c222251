/* A whole evening with the toy, in virtual time: it is woken, tells stories, is stopped in the middle, jokes, plays, sings and
 * says good night, while the base station comes and goes, and sometimes the battery falls out. Whatever happens, a turn ends in
 * rest, is answered by one brain alone, and has its row at home when the base is back. */
#include "app/alone/content_blob.h"
#include "app/parts.h"
#include "fake_home.h"
#include "llm_small_model.h"
#include "toy_test.h"

#ifdef TOY_ON_QEMU
#define EVENING_MS (5u * 60u * 1000u)
#else
#define EVENING_MS (31u * 60u * 1000u)
#endif
#define FLIPS 200u
#define RESETS 6u
#define TURN_MOST_MS 60000u
#define TURNS_MOST 4096u

typedef enum { NOBODY, ALONE = 1, BASE = 2 } voice_t;

static fake_home_t home;
static uint32_t next_flip_ms; /* when the base comes or goes */
static uint32_t chance;
static unsigned flips, resets, turns, stops, stories, answered_alone, answered_by_base, asleep;
static struct {
    uint32_t boot;
    uint16_t turn;
    uint8_t voices; /* who was heard in it */
    bool noted;     /* the toy has a row for it */
    bool at_home;   /* so has the base */
} book[TURNS_MOST];
static unsigned book_count;

static uint32_t draw(uint32_t below)
{
    chance = chance * 1664525u + 1013904223u;
    return (uint32_t)((uint64_t)chance * below >> 32);
}

/* ---- who knows of which turn ----------------------------------------------------------------------------- */

static unsigned page_of(uint32_t boot, uint16_t turn)
{
    for (unsigned i = book_count; i > 0u; --i) {
        if (book[i - 1u].boot == boot && book[i - 1u].turn == turn) {
            return i - 1u;
        }
    }
    if (book_count == TURNS_MOST) {
        TOY_CHECK(false);
        return 0;
    }
    book[book_count].boot = boot;
    book[book_count].turn = turn;
    return book_count++;
}

/* The base's square wave stands out by its flat tops, at any loudness. */
static voice_t whose(const int16_t *samples)
{
    int peak = 0, flat = 0;
    for (unsigned i = 0; i < TOY_FRAME_SAMPLES; ++i) {
        int size = samples[i] < 0 ? -samples[i] : samples[i];
        peak = size > peak ? size : peak;
    }
    for (unsigned i = 0; i < TOY_FRAME_SAMPLES; ++i) {
        int size = samples[i] < 0 ? -samples[i] : samples[i];
        flat += 10 * size > 6 * peak;
    }
    return peak < 60 ? NOBODY : flat > 256 ? BASE : ALONE;
}

static void hear_speaker(const int16_t *samples)
{
    voice_t voice = whose(samples);
    uint16_t turn = toy_turn_id(home.toy);
    if (voice != NOBODY && turn != 0u) {
        book[page_of(home.toy->boot, turn)].voices |= (uint8_t)voice;
    }
}

static void look_into_the_toys_book(void)
{
    for (uint32_t i = 0; i < home.toy->offline.newest->count; ++i) {
        const toy_offline_turn_t *entry = &home.toy->offline.newest->turns[i];
        book[page_of(entry->boot, entry->turn)].noted = true;
    }
}

/* What a base station does with an offline turn: on disk, then acknowledged. */
static void keep_rows(void)
{
    for (unsigned i = 0; i < home.base.got_count; ++i) {
        const toy_message_t *message = &home.base.got[i];
        if (message->type == TOY_MESSAGE_OFFLINE_TURN) {
            const toy_message_t ack = {.type = TOY_MESSAGE_OFFLINE_TURN_ACK,
                                       .offline_turn_ack = {message->offline_turn.upload}};
            book[page_of(message->offline_turn.boot, message->offline_turn.turn)].at_home = true;
            fake_base_send(&home.base, &ack);
        }
    }
    home.base.got_count = 0;
}

/* ---- time ------------------------------------------------------------------------------------------------ */

static void tick(fake_sound_t sound)
{
    static uint8_t bytes[32768];
    int16_t samples[TOY_FRAME_SAMPLES];
    size_t count = 0, used;
    home.port.now_ms += TOY_FRAME_MS;
    if (home.plugged) {
        toy_wire_receive(home.toy, home.base.out, home.base.out_bytes);
    }
    home.base.out_bytes = 0;
    fake_sound_frame(sound, home.samples, &home.noise, samples);
    home.samples += TOY_FRAME_SAMPLES;
    toy_mic_frame(home.toy, samples);
    toy_step(home.toy);
    toy_speaker_frame(home.toy, samples);
    hear_speaker(samples);
    look_into_the_toys_book();
    while ((used = toy_wire_transmit(home.toy, bytes + count, sizeof bytes - count)) > 0u) {
        count += used;
    }
    fake_base_tick(&home.base, home.port.now_ms, bytes, home.plugged ? count : 0u);
    keep_rows();
}

static void start_toy(bool with_model)
{
    toy_arena_t arena;
    toy_config_t config = fake_home_config(&home, false);
    config.content = toy_content_blob;
    config.content_bytes = (size_t)(toy_content_blob_end - toy_content_blob);
    if (with_model) {
        config.teller = (toy_teller_config_t){
            .model = small_model, .model_bytes = SMALL_MODEL_BYTES, .llama = {.window = 32, .batch = 4, .cores = 1}};
    }
    toy_arena_init(&arena, home.memory, sizeof home.memory);
    TOY_CHECK_INT(toy_init(&home.toy, &config, &arena), TOY_OK);
}

/* The base goes, comes back, or comes back without remembering anything. */
static void flip(void)
{
    ++flips;
    if (home.plugged) {
        home.plugged = false;
        if (draw(2) == 0u) {
            toy_wire_lost(home.toy); /* the toy notices at once; otherwise after a second of silence */
        }
    } else {
        home.plugged = true;
        home.base.answer_frames = draw(4) == 0u ? -1 : 20 + (int)draw(60);
        home.base.answer_after_ms = draw(1500);
        fake_base_restart(&home.base);
    }
}

static void pass(fake_sound_t sound, uint32_t ms)
{
    for (uint32_t gone = 0; gone < ms; gone += TOY_FRAME_MS) {
        if (flips < FLIPS && (int32_t)(home.port.now_ms - next_flip_ms) >= 0) {
            next_flip_ms = home.port.now_ms + 2u * draw(EVENING_MS / (FLIPS + 20u));
            flip();
        }
        tick(sound);
    }
}

/* ---- a child --------------------------------------------------------------------------------------------- */

static bool at_rest(void) { return toy_turn_id(home.toy) == 0u; }

static void say(toy_intent_t intent)
{
    pass(FAKE_VOICE, 500);
    if (intent != TOY_INTENT_NONE) {
        toy_turn_understood(&home.toy->turn, intent, 80);
    }
    pass(FAKE_QUIET, 600);
}

static toy_intent_t whim(void)
{
    static const toy_intent_t WISH[] = {TOY_INTENT_STORY, TOY_INTENT_STORY, TOY_INTENT_JOKE,  TOY_INTENT_SONG,
                                        TOY_INTENT_GO,    TOY_INTENT_HELLO, TOY_INTENT_NONE,  TOY_INTENT_UP,
                                        TOY_INTENT_DOWN,  TOY_INTENT_LEFT,  TOY_INTENT_NO,    TOY_INTENT_GOOD_NIGHT};
    return WISH[draw(sizeof WISH / sizeof WISH[0])];
}

/* Waits until the toy has spoken; sometimes it is stopped in the middle. */
static void listen_to_it(void)
{
    const uint32_t begun_ms = home.port.now_ms, patience_ms = draw(5) == 0u ? 2000u + draw(6000) : TURN_MOST_MS;
    const uint16_t turn = toy_turn_id(home.toy);
    while (toy_turn_id(home.toy) == turn && turn != 0u && toy_state(home.toy) != TOY_LISTENING) {
        pass(FAKE_QUIET, TOY_FRAME_MS);
        if (home.port.now_ms - begun_ms > patience_ms) {
            TOY_CHECK(patience_ms != TURN_MOST_MS); /* nothing lasts that long by itself */
            ++stops;
            toy_turn_stop(&home.toy->turn, TOY_ABORT_REASON_STOP_WORD);
            TOY_CHECK(at_rest());
        }
    }
}

static void lose_power(void)
{
    ++resets;
    home.port.now_ms = next_flip_ms = 0; /* its clock begins anew, and so would the base's idea of it */
    fake_base_init(&home.base);
    start_toy(resets % 2u == 1u);
}

static void one_turn(void)
{
    if (at_rest()) {
        pass(FAKE_QUIET, draw(3000));
        TOY_CHECK(toy_state(home.toy) == TOY_IDLE || toy_state(home.toy) == TOY_ASLEEP);
        asleep += toy_state(home.toy) == TOY_ASLEEP;
        if (draw(2) == 0u) {
            toy_woken(home.toy, 200);
        } else {
            toy_button(home.toy, true);
            toy_button(home.toy, false);
        }
        TOY_CHECK_INT(toy_state(home.toy), TOY_LISTENING);
        toy_intent_t wish = whim();
        stories += wish == TOY_INTENT_STORY;
        say(wish);
    } else { /* it asked something */
        uint32_t answer = draw(10);
        if (answer == 9u) {
            pass(FAKE_QUIET, TOY_TURN_NO_SPEECH_MS + 200u);
        } else {
            say(answer < 5u ? TOY_INTENT_YES : answer < 8u ? TOY_INTENT_NO : TOY_INTENT_NONE);
        }
    }
    ++turns;
    listen_to_it();
}

/* ---- the evening ----------------------------------------------------------------------------------------- */

static void begin(uint32_t seed)
{
    memset(&home, 0, sizeof home);
    memset(book, 0, sizeof book);
    next_flip_ms = 0;
    book_count = flips = resets = turns = stops = stories = asleep = 0;
    chance = home.port.random = seed;
    home.noise = 1;
    fake_base_init(&home.base);
    start_toy(false);
}

static void come_home(void)
{
    home.plugged = true;
    home.base.answer_frames = -1;
    fake_base_restart(&home.base);
    for (unsigned i = 0; i < 50u * 120u && (!at_rest() || home.toy->offline.oldest->count > 0u); ++i) {
        tick(FAKE_QUIET);
    }
}

static void an_evening(void)
{
    uint32_t passed_ms = 0;
    begin(20261127);
    while (passed_ms < EVENING_MS || flips < FLIPS) {
        uint32_t before_ms = home.port.now_ms;
        one_turn();
        passed_ms += home.port.now_ms - before_ms;
        if (passed_ms > (resets + 1u) * (EVENING_MS / (RESETS + 1u)) && resets < RESETS) {
            lose_power();
        }
    }
    come_home();
    TOY_CHECK(at_rest());
    TOY_CHECK_INT(home.toy->offline.oldest->count, 0);
    unsigned rows = 0;
    for (unsigned i = 0; i < book_count; ++i) {
        TOY_CHECK(book[i].voices != (ALONE | BASE)); /* answered once */
        TOY_CHECK(book[i].noted == book[i].at_home);
        TOY_CHECK(book[i].voices != ALONE || book[i].at_home);
        TOY_CHECK(book[i].voices != BASE || !book[i].at_home);
        answered_alone += book[i].voices == ALONE;
        answered_by_base += book[i].voices == BASE;
        rows += book[i].at_home;
    }
    printf("%u s, %u turns, %u flips, %u resets, %u stops, %u stories asked for, %u woken from sleep, %u answered alone, "
           "%u by the base, %u rows came home\n",
           (unsigned)(passed_ms / 1000u), turns, flips, resets, stops, stories, asleep, answered_alone, answered_by_base, rows);
    TOY_CHECK_INT(flips, FLIPS);
    TOY_CHECK(answered_alone > 20u && answered_by_base > 0u && stops > 0u);
    TOY_CHECK(asleep > 0u || EVENING_MS < 600000u);
}

int main(void)
{
    TOY_RUN(an_evening);
    TOY_DONE();
}
