toy_test(ring toy_base)
toy_test(arena toy_base)
toy_test(crc32 toy_base)
