/* The secure world on mps2-an505: takes its share of memory, makes vault and ear, and starts the rest of the toy. */
#include <string.h>

#include "gateway_port.h"
#include "partition.h"
#include "qemu_an505/semihosting.h"
#include "secure_port.h"

#define VTOR_OF_THE_REST (*(volatile uint32_t *)0xE002ED08u)
#define EAR_ARENA_BYTES (72u * 1024u)

secure_world_t secure_world;
_Alignas(8) static uint8_t arena_block[EAR_ARENA_BYTES];

static void start_the_rest(void) __attribute__((noreturn));
static void start_the_rest(void)
{
    const uint32_t *vectors = (const uint32_t *)PARTITION_CODE;
#ifdef PARTITION_LEFT_OPEN /* for the test that must then fail: the rest runs in the secure world */
    __asm volatile("msr msp, %0\n bx %1" : : "r"(vectors[0]), "r"(vectors[1]));
#else
    partition_close();
    VTOR_OF_THE_REST = PARTITION_CODE;
    __asm volatile("msr msp_ns, %0" : : "r"(vectors[0]));
    __asm volatile("bxns %0" : : "r"(vectors[1] & ~1u));
#endif
    __builtin_unreachable();
}

int main(int argc, char **argv)
{
    static const toy_gateway_t gateway = {&secure_world.vault, &secure_world.ear, secure_world_frame};
    const toy_wake_config_t spotter = {
        .phrase_blob = toy_wake_phrase_model,
        .phrase_bytes = toy_wake_phrase_model_bytes,
        .commands_blob = toy_wake_commands_model,
        .commands_bytes = toy_wake_commands_model_bytes,
    };
    qemu_options_t options;
    if (!qemu_options_parse(&options, argc, argv)) {
        semihosting_print("plush_toy: wrong arguments, see ports/qemu_an505/README.md\n");
        return 2;
    }
    const toy_ear_config_t hearing = {&spotter, options.open_microphone, options.silence_ms};
    toy_arena_t arena;
    secure_port_open(&secure_world.port);
    toy_arena_init(&arena, arena_block, sizeof arena_block);
    secure_world.arena = arena_block;
    secure_world.arena_bytes = sizeof arena_block;
    if (toy_vault_init(&secure_world.vault, &secure_world.port, true) != TOY_OK ||
        toy_ear_init(&secure_world.ear, &hearing, &arena) != TOY_OK || !secure_world_prepare(&options)) {
        semihosting_print("secure world: it does not start\n");
        return 1;
    }
    gateway_open(&gateway);
    start_the_rest();
}
