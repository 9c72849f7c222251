#include "probe.h"

#include <arm_cmse.h>
#include <string.h>

#include "base/crc32.h"
#include "trustzone/gateway_port.h"
#include "trustzone/partition.h"
#include "trustzone/secure_port.h"

extern uint8_t qemu_stack_low[], qemu_data_low[];

#define VTOR (*(volatile uint32_t *)0xE000ED08u)
#define SFSR (*(volatile uint32_t *)0xE000EDE4u)
#define CFSR (*(volatile uint32_t *)0xE000ED28u)

#define SOUND_BYTES (TOY_EAR_FRAMES * sizeof(toy_sound_frame_t))

enum { VECTORS = 48, WINDOW_BYTES = 8, PSK_BYTES = 32 };
enum { FRAME_LR = 5, FRAME_PC = 6 };

static _Alignas(256) uint32_t vectors[VECTORS];
static probe_faults_t seen;
static uint32_t at_start;

/* ---- the body ------------------------------------------------------------------------------------------- */

extern const int16_t probe_phrase[], probe_phrase_end[];
__asm(".section .rodata.probe_phrase, \"a\"\n .balign 4\n .global probe_phrase, probe_phrase_end\n"
      "probe_phrase: .incbin \"" PROBE_PHRASE "\"\n probe_phrase_end:\n .previous");

static int16_t samples[TOY_FRAME_SAMPLES];
static uint32_t noise_frames;
static const int16_t *phrase;

const int16_t *secure_world_frame(void)
{
    if (phrase != NULL && phrase + TOY_FRAME_SAMPLES <= probe_phrase_end) {
        memcpy(samples, phrase, sizeof samples);
        phrase += TOY_FRAME_SAMPLES;
        return samples;
    }
    if (noise_frames == 0u) {
        return NULL;
    }
    --noise_frames;
    toy_ignore(toy_port_random(&secure_world.port, samples, sizeof samples));
    return samples;
}

__attribute__((cmse_nonsecure_entry)) int32_t probe_microphone(uint32_t frames)
{
    noise_frames = frames;
    phrase = frames == 0u ? probe_phrase : NULL;
    return 0;
}

__attribute__((cmse_nonsecure_entry)) int32_t probe_paw(void)
{
    toy_ear_call(&secure_world.ear);
    return 0;
}

/* ---- faults --------------------------------------------------------------------------------------------- */

static uint32_t digest(void)
{
    uint32_t crc = toy_crc32(0u, secure_world.vault.noise.psk, PSK_BYTES);
    crc = toy_crc32(crc, (const uint8_t *)secure_world.vault.noise.sessions, sizeof secure_world.vault.noise.sessions);
    crc = toy_crc32(crc, (const uint8_t *)secure_world.ear.sound.frames, SOUND_BYTES);
    return toy_crc32(crc, secure_world.port.records[TOY_RECORD_PAIRING], SECURE_RECORD_BYTES);
}

/* The frame of whoever faulted: the rest of the toy runs on MSP. A read or write is stepped over (all are 16-bit
 * instructions), a jump returns to where it came from. */
__attribute__((used)) static void step_over(uint32_t *frame, uint32_t kind)
{
    ++seen.faults;
    seen.kind = kind;
    seen.status = SFSR;
    SFSR = SFSR;
    CFSR = CFSR;
    bool is_code = frame[FRAME_PC] >= PARTITION_CODE && frame[FRAME_PC] < PARTITION_CODE_END;
    frame[FRAME_PC] = is_code ? frame[FRAME_PC] + 2u : frame[FRAME_LR] & ~1u;
}

__attribute__((naked)) static void on_fault(void)
{
    __asm volatile("push {r4, lr}       \n"
                   "mrs r0, msp_ns      \n"
                   "mrs r1, ipsr        \n"
                   "bl  step_over       \n"
                   "pop {r4, pc}        \n");
}

/* A household, a session and something heard: the things that an attacker wants. */
bool secure_world_prepare(const qemu_options_t *options)
{
    static const toy_heed_t kept = {TOY_HEED_KEEPS, 0};
    uint8_t psk[PSK_BYTES];
    toy_heard_t heard;
    (void)options;
    memcpy(vectors, (const void *)(uintptr_t)VTOR, sizeof vectors);
    vectors[3] = vectors[4] = vectors[5] = vectors[6] = vectors[7] = (uint32_t)(uintptr_t)on_fault;
    VTOR = (uint32_t)(uintptr_t)vectors;
    toy_ignore(toy_port_random(&secure_world.port, psk, sizeof psk));
    toy_ignore(toy_vault_set_key(&secure_world.vault, psk));
    toy_ignore(toy_port_random(&secure_world.port, secure_world.vault.noise.sessions,
                               sizeof secure_world.vault.noise.sessions));
    secure_world.vault.noise.sessions[0].keyed = secure_world.vault.noise.sessions[1].keyed = false;
    for (unsigned frame = 0; frame < TOY_EAR_FRAMES; ++frame) {
        toy_ignore(toy_port_random(&secure_world.port, samples, sizeof samples));
        toy_ear_hear(&secure_world.ear, samples, &kept, &heard);
    }
    at_start = digest();
    return true;
}

__attribute__((cmse_nonsecure_entry)) int32_t probe_asset(uint32_t index, probe_asset_t *asset)
{
    const struct {
        const char *name;
        const void *at;
        size_t bytes;
    } assets[PROBE_ASSETS] = {
        {"pairing's key", secure_world.vault.noise.psk, PSK_BYTES},
        {"session keys", secure_world.vault.noise.sessions, sizeof secure_world.vault.noise.sessions},
        {"pairing attempt", &secure_world.vault.pairing, sizeof secure_world.vault.pairing},
        {"stored records", secure_world.port.records, sizeof secure_world.port.records},
        {"microphone ring", secure_world.ear.sound.frames, SOUND_BYTES},
        {"microphone frame", samples, sizeof samples},
        {"is it open", &secure_world.ear.open_frames, sizeof secure_world.ear.open_frames},
        {"wake word's memory", secure_world.arena, secure_world.arena_bytes},
        {"secure stack", qemu_stack_low, 1024u},
        {"secure code", (const void *)((uintptr_t)toy_gateway_serve & ~(uintptr_t)1), 256u},
    };
    probe_asset_t copy = {.name = ""};
    if (index >= PROBE_ASSETS) {
        return 0;
    }
    for (unsigned i = 0; assets[index].name[i] != '\0'; ++i) {
        copy.name[i] = assets[index].name[i];
    }
    copy.address = (uint32_t)(uintptr_t)assets[index].at;
    copy.bytes = assets[index].bytes;
    memcpy(asset, &copy, sizeof copy);
    return 1;
}

__attribute__((cmse_nonsecure_entry)) int32_t probe_faults(probe_faults_t *faults)
{
    memcpy(faults, &seen, sizeof seen);
    return 0;
}

static bool stands_in(const uint8_t *bytes, uint32_t count, const uint8_t *secret, size_t secret_bytes)
{
    for (uint32_t at = 0; at + WINDOW_BYTES <= count; ++at) {
        for (size_t from = 0; from + WINDOW_BYTES <= secret_bytes; ++from) {
            if (bytes[at] == secret[from] && memcmp(bytes + at, secret + from, WINDOW_BYTES) == 0) {
                return true;
            }
        }
    }
    return false;
}

__attribute__((cmse_nonsecure_entry)) int32_t probe_judge(const void *bytes, uint32_t count)
{
    bool leaked = stands_in(bytes, count, secure_world.vault.noise.psk, PSK_BYTES) ||
                  stands_in(bytes, count, (const uint8_t *)secure_world.vault.noise.sessions, 64u) ||
                  stands_in(bytes, count, (const uint8_t *)secure_world.ear.sound.frames, SOUND_BYTES);
    return (leaked ? 1 : 0) | (digest() != at_start ? 2 : 0);
}
