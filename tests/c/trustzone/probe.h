/* probe.h - what the test of the gateway has in the secure world: a list of what must not leave, a handler that lets the
 * test go on after a fault, and a judge of what came out; and the toy's body: a microphone, a paw. Never linked into a toy. */
#ifndef TEST_TRUSTZONE_PROBE_H
#define TEST_TRUSTZONE_PROBE_H

#include <stdint.h>

#define PROBE_ASSETS 10u

typedef struct {
    char name[24];
    uint32_t address, bytes;
} probe_asset_t;

typedef struct {
    uint32_t faults, kind, status; /* how many so far; of the last one: exception number, SFSR */
} probe_faults_t;

/* 1: there is such an asset. Addresses are no secret; what stands there is. */
int32_t probe_asset(uint32_t index, probe_asset_t *asset);
int32_t probe_faults(probe_faults_t *faults);

/* The secure world's microphone: so many frames of noise, or the wake phrase as a voice says it (0), are there to be heard. */
int32_t probe_microphone(uint32_t frames);
int32_t probe_paw(void);

/* 0 when keys, ear and stored records are what they were, and not one 8-byte window of them stands in these bytes. */
int32_t probe_judge(const void *bytes, uint32_t count);

#endif
