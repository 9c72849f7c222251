/* loader_peer.c - the board's loader at the other end of a pipe, with fake flash: for tests/py/test_flash.py.
 * In      the cable's bytes on stdin; argv[1]: the file that gets the model's part when stdin ends
 *         argv[2], optional: every how many frames one is lost
 * Out     the cable's bytes on stdout */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "fake_flash.h"
#include "link/frame.h"
#include "rp2350/logic/loader.h"

static fake_flash_t flash;
static rp_loader_t loader;
static unsigned long lose_every, frames;

static void on_frame(void *context, uint8_t *frame, size_t count)
{
    uint8_t reply[RP_LOADER_REPLY_BYTES], wire[TOY_FRAME_WIRE_MAX_BYTES];
    size_t length = 0;
    (void)context;
    if (lose_every != 0u && ++frames % lose_every == 0u) {
        return;
    }
    if (rp_loader_frame(&loader, frame, count, reply) &&
        toy_frame_encode(reply, sizeof reply, wire, sizeof wire, &length) == TOY_OK) {
        (void)!write(STDOUT_FILENO, wire, length);
    }
}

int main(int argc, char **argv)
{
    static toy_frame_decoder_t decoder;
    uint8_t bytes[512];
    ssize_t count;
    if (argc < 2) {
        return 2;
    }
    lose_every = argc > 2 ? strtoul(argv[2], NULL, 10) : 0u;
    fake_flash_init(&flash);
    const rp_loader_flash_t at = {&flash, flash.bytes, FAKE_FLASH_BYTES, fake_flash_erase, fake_flash_program};
    rp_loader_init(&loader, &at);
    toy_frame_decoder_init(&decoder);
    while ((count = read(STDIN_FILENO, bytes, sizeof bytes)) > 0) {
        toy_frame_decoder_feed(&decoder, bytes, (size_t)count, on_frame, NULL);
    }
    FILE *file = fopen(argv[1], "wb");
    const int kept = file != NULL && fwrite(flash.bytes, 1, sizeof flash.bytes, file) == sizeof flash.bytes;
    return file != NULL && fclose(file) == 0 && kept ? 0 : 1;
}
