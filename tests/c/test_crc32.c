#include "base/crc32.h"
#include "toy_test.h"

static void matches_the_published_check_value(void)
{
    TOY_CHECK_INT(toy_crc32(0, "123456789", 9), 0xCBF43926u);
    TOY_CHECK_INT(toy_crc32(0, "", 0), 0);
}

static void goes_on_where_it_stopped(void)
{
    TOY_CHECK_INT(toy_crc32(toy_crc32(0, "1234", 4), "56789", 5), 0xCBF43926u);
}

int main(void)
{
    TOY_RUN(matches_the_published_check_value);
    TOY_RUN(goes_on_where_it_stopped);
    TOY_DONE();
}
