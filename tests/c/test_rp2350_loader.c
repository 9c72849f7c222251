/* A model over the cable: frames in, flash and replies out. */
#include "base/crc32.h"
#include "fake_flash.h"
#include "rp2350/logic/loader.h"
#include "rp2350/logic/partition.h"
#include "toy_test.h"

enum { ASK, BEGIN, DATA, END, MODEL_BYTES = 10000 };

static fake_flash_t flash;
static rp_loader_t loader;
static uint8_t model[MODEL_BYTES], reply[RP_LOADER_REPLY_BYTES];

static void start(void)
{
    const rp_loader_flash_t at = {&flash, flash.bytes, FAKE_FLASH_BYTES, fake_flash_erase, fake_flash_program};
    fake_flash_init(&flash);
    memset(flash.bytes, 0x33, sizeof flash.bytes); /* something older lies there */
    rp_loader_init(&loader, &at);
    for (uint32_t i = 0; i < MODEL_BYTES; ++i) {
        model[i] = (uint8_t)(i * 31u >> 3);
    }
}

static int call(uint8_t operation, const uint32_t *numbers, size_t count, const uint8_t *bytes, size_t length)
{
    uint8_t frame[244] = {'P', 'L', 'F', 'M', operation};
    for (size_t i = 0; i < count; ++i) {
        for (size_t byte = 0; byte < 4u; ++byte) {
            frame[5u + 4u * i + byte] = (uint8_t)(numbers[i] >> (8u * byte));
        }
    }
    if (length != 0u) {
        memcpy(frame + 5u + 4u * count, bytes, length);
    }
    TOY_CHECK(rp_loader_frame(&loader, frame, 5u + 4u * count + length, reply));
    TOY_CHECK(memcmp(reply, "PLFm", 4) == 0 && reply[4] == operation);
    return (int8_t)reply[5];
}

static uint32_t next(void)
{
    return (uint32_t)reply[6] | (uint32_t)reply[7] << 8 | (uint32_t)reply[8] << 16 | (uint32_t)reply[9] << 24;
}

static int begin(uint32_t size, uint32_t crc) { return call(BEGIN, (const uint32_t[2]){size, crc}, 2, NULL, 0); }

static int send(uint32_t from, uint32_t count) { return call(DATA, &from, 1, model + from, count); }

static void send_all(uint32_t piece)
{
    for (uint32_t at = 0; at < MODEL_BYTES; at += piece) {
        TOY_CHECK_INT(send(at, at + piece < MODEL_BYTES ? piece : MODEL_BYTES - at), TOY_OK);
    }
}

static bool is_there(void)
{
    uint32_t bytes = 0;
    const uint8_t *found = rp_model_find(flash.bytes, FAKE_FLASH_BYTES, &bytes);
    return found != NULL && bytes == MODEL_BYTES && memcmp(found, model, bytes) == 0;
}

static void a_model_arrives(void)
{
    static const uint32_t pieces[3] = {192, 128, 1};
    for (unsigned i = 0; i < 3u; ++i) {
        start();
        TOY_CHECK_INT(call(ASK, NULL, 0, NULL, 0), TOY_OK);
        TOY_CHECK_INT(next(), FAKE_FLASH_BYTES - RP_STORE_SECTOR_BYTES);
        TOY_CHECK_INT(begin(MODEL_BYTES, toy_crc32(0, model, MODEL_BYTES)), TOY_OK);
        send_all(pieces[i]);
        TOY_CHECK(!is_there()); /* not before the end */
        TOY_CHECK_INT(call(END, NULL, 0, NULL, 0), TOY_OK);
        TOY_CHECK(is_there() && loader.is_new);
        TOY_CHECK_INT(flash.bytes[4u * RP_STORE_SECTOR_BYTES], 0x33); /* nothing beyond it was touched */
    }
}

static void a_new_model_voids_the_old_one_at_once(void)
{
    start();
    TOY_CHECK_INT(begin(MODEL_BYTES, toy_crc32(0, model, MODEL_BYTES)), TOY_OK);
    send_all(192);
    TOY_CHECK_INT(call(END, NULL, 0, NULL, 0), TOY_OK);
    TOY_CHECK_INT(begin(MODEL_BYTES, 1), TOY_OK);
    TOY_CHECK(!is_there());
}

static void lost_and_repeated_frames(void)
{
    start();
    TOY_CHECK_INT(begin(MODEL_BYTES, toy_crc32(0, model, MODEL_BYTES)), TOY_OK);
    TOY_CHECK_INT(send(0, 192), TOY_OK);
    TOY_CHECK_INT(send(384, 192), TOY_ERR_FORMAT); /* one was lost */
    TOY_CHECK_INT(next(), 192);
    TOY_CHECK_INT(send(0, 192), TOY_OK); /* its reply was lost */
    TOY_CHECK_INT(next(), 192);
    for (uint32_t at = 192; at < MODEL_BYTES; at += 192u) {
        TOY_CHECK_INT(send(at, MODEL_BYTES - at < 192u ? MODEL_BYTES - at : 192u), TOY_OK);
    }
    TOY_CHECK_INT(call(END, NULL, 0, NULL, 0), TOY_OK);
    TOY_CHECK(is_there());
}

static void what_cannot_be_is_refused(void)
{
    start();
    TOY_CHECK_INT(send(0, 10), TOY_ERR_STATE);
    TOY_CHECK_INT(call(END, NULL, 0, NULL, 0), TOY_ERR_STATE);
    TOY_CHECK_INT(begin(FAKE_FLASH_BYTES, 0), TOY_ERR_ARG);
    TOY_CHECK_INT(begin(0, 0), TOY_ERR_ARG);
    TOY_CHECK_INT(call(9, NULL, 0, NULL, 0), TOY_ERR_ARG);
    TOY_CHECK_INT(begin(100, 7), TOY_OK);
    TOY_CHECK_INT(send(0, 192), TOY_ERR_ARG); /* more than was announced */
    TOY_CHECK_INT(send(0, 100), TOY_OK);
    TOY_CHECK_INT(call(END, NULL, 0, NULL, 0), TOY_ERR_CHECKSUM);
    TOY_CHECK(!is_there() && !loader.is_new);
    TOY_CHECK_INT(begin(100, 7), TOY_OK);
    flash.refuses = true;
    TOY_CHECK_INT(send(0, 100), TOY_ERR_PORT);
}

static void other_frames_are_not_its_business(void)
{
    start();
    TOY_CHECK(!rp_loader_frame(&loader, (const uint8_t *)"PLFX\1", 5, reply));
    TOY_CHECK(!rp_loader_frame(&loader, (const uint8_t *)"PLFM", 4, reply));
}

int main(void)
{
    TOY_RUN(a_model_arrives);
    TOY_RUN(a_new_model_voids_the_old_one_at_once);
    TOY_RUN(lost_and_repeated_frames);
    TOY_RUN(what_cannot_be_is_refused);
    TOY_RUN(other_frames_are_not_its_business);
    TOY_DONE();
}
