/* fuzz_messages.c - bodies from outside into the two codecs of link: CBOR messages, and audio frames; texts cut to their room.
 * In      libFuzzer's bytes. Byte 0 chooses: even a message, odd an audio body; all of it is a text as well
 * Out     aborts when what decodes does not encode to the same bytes, in the room that it says and in no less
 * Run     ASan and UBSan watch the rest; see tests/c/fuzz/README.md */
#include <stdlib.h>
#include <string.h>

#include "link/audio_frame.h"
#include "link/messages.h"

static void demand(int condition)
{
    if (!condition) {
        abort();
    }
}

static void message_in(const uint8_t *data, size_t size)
{
    toy_message_t message;
    uint8_t bytes[TOY_MESSAGE_MAX_BYTES];
    size_t count = 0;
    if (toy_message_decode(data, size, &message) == TOY_OK) {
        demand(toy_message_encode(&message, bytes, sizeof bytes, &count) == TOY_OK);
        demand(count == size && memcmp(bytes, data, size) == 0);
        demand(toy_message_encode(&message, bytes, size - 1u, &count) == TOY_ERR_MEMORY);
    }
}

static void audio_in(const uint8_t *data, size_t size)
{
    toy_audio_frame_t frame;
    uint8_t bytes[TOY_AUDIO_FRAME_MAX_BYTES];
    size_t count = 0;
    if (toy_audio_frame_read(data, size, &frame) == TOY_OK) {
        demand(toy_audio_frame_write(&frame, bytes, sizeof bytes, &count) == TOY_OK);
        demand(count == size && memcmp(bytes, data, size) == 0);
        demand(toy_audio_frame_write(&frame, bytes, size - 1u, &count) == TOY_ERR_MEMORY);
    }
}

/* Text of a base, cut to a buffer, and cut again to a limit of the schema: shorter, ended, and never longer than its room. */
static void text_in(const uint8_t *data, size_t size)
{
    size_t room = 1u + data[0] % 64u;
    char *buffer = malloc(room);
    demand(buffer != NULL);
    toy_text_copy((toy_text_t){(const char *)data + 1, (uint8_t)(size - 1u < UINT8_MAX ? size - 1u : UINT8_MAX)}, buffer, room);
    demand(strlen(buffer) < room);
    demand(toy_text(buffer, data[0] % 16u).count <= data[0] % 16u);
    free(buffer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 0u) {
        (data[0] % 2u == 0u ? message_in : audio_in)(data + 1, size - 1u);
        text_in(data, size);
    }
    return 0;
}
