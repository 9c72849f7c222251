/* The gateway from outside: every asset touched in every way, and calls made of nonsense by the million.
 * Run in QEMU as the non-secure image beside the secure one of probe.c; `ctest -R gateway -V` shows the table. */
#include <stdio.h>
#include <string.h>

#include "probe.h"
#include "secure/gateway_block.h"
#include "toy_test.h"

#ifndef GATEWAY_CALLS
#define GATEWAY_CALLS 1000000u
#endif

#ifdef GATEWAY_OPEN_BUILD
static const bool open_build = true; /* the protection was left out: this test must then fail */
#else
static const bool open_build = false;
#endif

int32_t toy_gateway(uint32_t call, void *block);

enum { REFUSED = -1, SECURE_FAULT = 7, GUARD = 0x5A, JUDGE_EVERY = 1024, ALIAS = 0x10000000 };

static uint32_t chance = 2463534242u;

static uint32_t draw(void)
{
    chance ^= chance << 13;
    chance ^= chance >> 17;
    chance ^= chance << 5;
    return chance;
}

static uint32_t faults(void)
{
    probe_faults_t seen;
    probe_faults(&seen);
    return seen.faults;
}

static __attribute__((noinline)) void read_at(uint32_t address)
{
    uint32_t value;
    __asm volatile("ldrb.n %0, [%1]" : "=l"(value) : "l"(address) : "memory");
}

static __attribute__((noinline)) void write_at(uint32_t address)
{
    __asm volatile("strb.n %0, [%1]" : : "l"(0u), "l"(address) : "memory");
}

static __attribute__((noinline)) void jump_to(uint32_t address)
{
    __asm volatile("blx %0" : : "r"(address | 1u) : "r0", "r1", "r2", "r3", "ip", "lr", "memory", "cc");
}

static unsigned row(const probe_asset_t *asset, uint32_t address, const char *way, void (*touch)(uint32_t))
{
    probe_faults_t seen;
    uint32_t before = faults();
    touch(address);
    probe_faults(&seen);
    bool stopped = seen.faults == before + 1u;
    printf("     %-20s %-8s %08x  %s %u, SFSR %02x\n", asset->name, way, (unsigned)address,
           stopped ? "fault" : "NO FAULT", stopped ? (unsigned)seen.kind : 0u, (unsigned)seen.status);
    return stopped ? 0u : 1u;
}

/* First byte, middle and last, at the secure address and at its alias. */
static void every_asset_is_out_of_reach(void)
{
    static const struct {
        const char *name;
        void (*touch)(uint32_t);
    } ways[] = {{"read", read_at}, {"write", write_at}, {"execute", jump_to}};
    probe_asset_t asset;
    unsigned reached = 0, rows = 0;
    for (uint32_t index = 0; probe_asset(index, &asset) == 1; ++index) {
        for (unsigned way = 0; way < 3u; ++way) {
            for (uint32_t alias = 0; alias <= ALIAS; alias += ALIAS) {
                if (open_build && (way != 0u || alias != 0u)) {
                    continue; /* reading is proof enough: what stands there is in use */
                }
                for (uint32_t at = 0; at < 3u; ++at) {
                    uint32_t offset = at == 0u ? 0u : at == 1u ? asset.bytes / 2u & ~1u : (asset.bytes - 1u) & ~1u;
                    reached += row(&asset, asset.address + offset - alias, ways[way].name, ways[way].touch);
                    ++rows;
                }
            }
        }
    }
    TOY_CHECK(rows > 0u);
    TOY_CHECK_INT(reached, 0);
}

/* Pointers of every wicked kind, and good ones. */
static void *pointer(uint8_t *room, const probe_asset_t *asset, bool *good)
{
    *good = false;
    switch (draw() % 10u) {
    case 0:
        return NULL;
    case 1:
        return (void *)(uintptr_t)(asset->address + draw() % asset->bytes);
    case 2:
        return (void *)(uintptr_t)(asset->address - ALIAS + draw() % asset->bytes);
    case 3: /* straddles the end of our memory, into nobody's */
        return (void *)(uintptr_t)(0x28400000u - 1u - draw() % (sizeof(toy_gateway_block_t) - 1u));
    case 4: /* straddles the beginning of it */
        return (void *)(uintptr_t)(0x28200000u - 1u - draw() % (sizeof(toy_gateway_block_t) - 1u));
    case 5: /* wraps around the end of the address space */
        return (void *)(uintptr_t)(UINT32_MAX - draw() % (sizeof(toy_gateway_block_t) - 1u));
    case 6: /* somewhere secure */
        return (void *)(uintptr_t)(0x38000000u + draw() % 0x400000u);
    default:
        *good = true;
        return room + draw() % 8u; /* of any alignment */
    }
}

static void nonsense_by_the_million(void)
{
    static uint8_t room[sizeof(toy_gateway_block_t) + 64u];
    static probe_asset_t assets[PROBE_ASSETS];
    unsigned crossed = 0, refused = 0, wrongly = 0, moved = 0;
    int32_t judged = 0;
    uint32_t faults_before = faults();
    for (uint32_t index = 0; index < PROBE_ASSETS; ++index) {
        TOY_CHECK_INT(probe_asset(index, &assets[index]), 1);
    }
    for (uint32_t number = 0; number < GATEWAY_CALLS; ++number) {
        bool good;
        uint8_t *block = pointer(room, &assets[draw() % PROBE_ASSETS], &good);
        uint32_t call = draw() % 16u;
        if (good) {
            for (unsigned i = 0; i + 4u <= sizeof room; i += 4u) {
                uint32_t word = draw();
                memcpy(room + i, &word, sizeof word);
            }
            memset(room + sizeof room - 32u, GUARD, 32u);
            /* The caller may forget its household and let go of the sound: not when the test is whether nonsense does. */
            call = call == TOY_GATEWAY_FORGET || call == TOY_GATEWAY_LET_GO ? 0u : call;
            if (call == TOY_GATEWAY_ANSWER && number % 1024u != 0u) {
                call = UINT32_MAX; /* it costs a thousand others */
            }
        }
        int32_t result = toy_gateway(call, block);
        crossed += result == 0;
        refused += result == REFUSED;
        wrongly += (result == 0) != good;
        for (unsigned i = sizeof room - 32u; good && i < sizeof room; ++i) {
            moved += room[i] != GUARD;
        }
        if (number % JUDGE_EVERY == 0u) {
            judged |= probe_judge(room, sizeof room);
        }
    }
    printf("     %u calls: %u crossed, %u refused, %u wrongly; judged %d\n", GATEWAY_CALLS, crossed, refused, wrongly,
           (int)judged);
    TOY_CHECK_INT(crossed + refused, GATEWAY_CALLS);
    TOY_CHECK_INT(wrongly, 0);
    TOY_CHECK_INT(moved, 0);
    TOY_CHECK_INT(judged, 0);
    TOY_CHECK_INT(faults(), faults_before);
}

static toy_gateway_block_t block;

static int32_t cross(uint32_t call)
{
    TOY_CHECK_INT(toy_gateway(call, &block), 0);
    return block.status;
}

static void what_is_asked_rightly_is_answered(void)
{
    memset(&block, 0, sizeof block);
    TOY_CHECK_INT(cross(TOY_GATEWAY_LOOK), TOY_OK);
    toy_household_state_t state;
    memcpy(&state, block.bytes, sizeof state);
    TOY_CHECK(state.paired);
    TOY_CHECK_INT(cross(TOY_GATEWAY_HEAR), TOY_ERR_EMPTY); /* no frame of the microphone is there */
    TOY_CHECK_INT(cross(99u), TOY_ERR_ARG);
}

/* ---- the microphone ------------------------------------------------------------------------------------- */

static toy_heard_t hear(uint8_t flags, uint8_t listens_for)
{
    toy_heard_t heard;
    block.slot = flags;
    block.step = listens_for;
    TOY_CHECK_INT(cross(TOY_GATEWAY_HEAR), TOY_OK);
    memcpy(&heard, block.bytes, sizeof heard);
    return heard;
}

static int32_t take(uint32_t number)
{
    block.counter = number;
    return cross(TOY_GATEWAY_TAKE);
}

static int32_t let_go(uint8_t what)
{
    block.slot = what;
    return cross(TOY_GATEWAY_LET_GO);
}

/* How many of the frames up to this one come out. */
static unsigned taken(uint32_t last, bool *secret)
{
    unsigned count = 0;
    for (uint32_t number = last - 200u; number != last + 2u; ++number) {
        if (take(number) == TOY_OK) {
            ++count;
            *secret |= (probe_judge(block.bytes, sizeof(toy_sound_frame_t)) & 1) != 0;
        }
    }
    return count;
}

static void no_sound_comes_out_before_the_toy_is_called(void)
{
    bool secret = false;
    toy_heard_t heard = {0};
    unsigned came = 0;
    probe_microphone(256u * 2u);
    for (uint32_t flags = 0; flags < 256u; ++flags) { /* whatever app says about where the dialogue stands */
        (void)hear((uint8_t)flags, (uint8_t)(flags * 37u));
        heard = hear(TOY_HEED_KEEPS | TOY_HEED_JUDGES, UINT8_MAX);
        came += (unsigned)heard.open + (take(heard.number) != TOY_ERR_AUTH) + (take(flags) != TOY_ERR_AUTH);
    }
    came += taken(heard.number, &secret);
    TOY_CHECK_INT(let_go(TOY_GATEWAY_SETTLE), TOY_OK);
    came += taken(heard.number, &secret);
    TOY_CHECK_INT(came, 0);
    printf("     512 frames heard and kept, %u came out\n", came);
}

static void after_the_paw_it_comes_out_until_the_turn_is_over(void)
{
    bool secret = false;
    probe_microphone(10u);
    toy_heard_t heard = {0};
    for (unsigned i = 0; i < 10u; ++i) {
        heard = hear(TOY_HEED_KEEPS, 0u);
    }
    probe_paw();
    unsigned came = taken(heard.number, &secret);
    printf("     the paw: %u frames came out\n", came);
    TOY_CHECK_INT(came, heard.next - heard.first);
    TOY_CHECK(secret); /* the judge knows what it is looking for */
    TOY_CHECK_INT(let_go(TOY_GATEWAY_CLOSE_EARS), TOY_OK);
    TOY_CHECK_INT(taken(heard.number, &secret), 0);
    TOY_CHECK_INT(take(heard.number), TOY_ERR_AUTH);
}

static void after_the_wake_phrase_it_comes_out_and_not_a_frame_earlier(void)
{
    bool secret = false;
    toy_heard_t heard = {0};
    unsigned early = 0, frames = 0;
    probe_microphone(0u);
    for (; frames < 400u && !heard.woken; ++frames) {
        block.slot = TOY_HEED_KEEPS | TOY_HEED_JUDGES;
        block.step = 1u; /* TOY_HEAR_PHRASE */
        if (cross(TOY_GATEWAY_HEAR) != TOY_OK) {
            break;
        }
        memcpy(&heard, block.bytes, sizeof heard);
        early += !heard.woken && take(heard.number) != TOY_ERR_AUTH;
    }
    TOY_CHECK(heard.woken && heard.open);
    TOY_CHECK_INT(early, 0);
    unsigned came = taken(heard.number, &secret);
    printf("     the wake phrase, accepted at frame %u: before it %u frames came out, after it %u\n", frames, early, came);
    TOY_CHECK_INT(came, heard.next - heard.first);
    TOY_CHECK_INT(let_go(TOY_GATEWAY_CLOSE_EARS), TOY_OK);
}

int main(void)
{
    TOY_RUN(what_is_asked_rightly_is_answered);
    TOY_RUN(every_asset_is_out_of_reach);
    TOY_RUN(nonsense_by_the_million);
    if (!open_build) { /* who can read all memory need not ask for sound */
        TOY_RUN(no_sound_comes_out_before_the_toy_is_called);
        TOY_RUN(after_the_paw_it_comes_out_until_the_turn_is_over);
        TOY_RUN(after_the_wake_phrase_it_comes_out_and_not_a_frame_earlier);
    }
    TOY_DONE();
}
