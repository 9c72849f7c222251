/* What the plush tells a computer about itself: a communications device with one serial port. */
#include <string.h>

#include "pico/unique_id.h"
#include "tusb.h"

enum { INTERFACE_CONTROL, INTERFACE_DATA, INTERFACES };
enum { TEXT_LANGUAGE, TEXT_MAKER, TEXT_PRODUCT, TEXT_SERIAL, TEXT_PORT, TEXTS };
enum { ENDPOINT_NOTIFY = 0x81, ENDPOINT_OUT = 0x02, ENDPOINT_IN = 0x82, NOTIFY_BYTES = 8, BULK_BYTES = 64 };
enum { CONFIGURATION_BYTES = TUD_CONFIG_DESC_LEN + TUD_CDC_DESC_LEN, MOST_MILLIAMPERES = 500 };
#define LETTERS_MOST 31u

static const tusb_desc_device_t device = {
    .bLength = sizeof(tusb_desc_device_t),
    .bDescriptorType = TUSB_DESC_DEVICE,
    .bcdUSB = 0x0200,
    .bDeviceClass = TUSB_CLASS_MISC,
    .bDeviceSubClass = MISC_SUBCLASS_COMMON,
    .bDeviceProtocol = MISC_PROTOCOL_IAD,
    .bMaxPacketSize0 = CFG_TUD_ENDPOINT0_SIZE,
    .idVendor = 0x2E8A,  /* Raspberry Pi, */
    .idProduct = 0x000A, /* its number for a serial port made with the SDK */
    .bcdDevice = 0x0100,
    .iManufacturer = TEXT_MAKER,
    .iProduct = TEXT_PRODUCT,
    .iSerialNumber = TEXT_SERIAL,
    .bNumConfigurations = 1,
};

static const uint8_t configuration[] = {
    TUD_CONFIG_DESCRIPTOR(1, INTERFACES, 0, CONFIGURATION_BYTES, 0, MOST_MILLIAMPERES),
    TUD_CDC_DESCRIPTOR(INTERFACE_CONTROL, TEXT_PORT, ENDPOINT_NOTIFY, NOTIFY_BYTES, ENDPOINT_OUT, ENDPOINT_IN, BULK_BYTES),
};

const uint8_t *tud_descriptor_device_cb(void) { return (const uint8_t *)&device; }

const uint8_t *tud_descriptor_configuration_cb(uint8_t index)
{
    (void)index;
    return configuration;
}

const uint16_t *tud_descriptor_string_cb(uint8_t index, uint16_t language)
{
    static const char *const texts[TEXTS] = {NULL, "Talking plush", "Talking plush", NULL, "Plush link"};
    static uint16_t answer[LETTERS_MOST + 1u];
    char serial[2 * PICO_UNIQUE_BOARD_ID_SIZE_BYTES + 1];
    (void)language;
    uint32_t count = 0;
    if (index == TEXT_LANGUAGE) {
        answer[1] = 0x0409; /* English */
        count = 1;
    } else if (index < TEXTS) {
        const char *text = texts[index];
        if (index == TEXT_SERIAL) {
            pico_get_unique_board_id_string(serial, sizeof serial);
            text = serial;
        }
        for (; text[count] != '\0' && count < LETTERS_MOST; ++count) {
            answer[1u + count] = (uint8_t)text[count];
        }
    } else {
        return NULL;
    }
    answer[0] = (uint16_t)(TUSB_DESC_STRING << 8 | (2u * count + 2u));
    return answer;
}
