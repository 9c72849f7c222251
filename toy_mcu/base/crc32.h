/* crc32.h - the IEEE CRC-32 that link frames and stored blobs carry.
 * In      bytes; seed 0 to begin, the last result to go on
 * Out     the checksum as zlib's crc32() gives it
 * Memory  a table of 16 words in flash
 * Source  IEEE 802.3, polynomial 0xEDB88320 reflected, two nibbles a byte */
#ifndef TOY_BASE_CRC32_H
#define TOY_BASE_CRC32_H

#include <stddef.h>
#include <stdint.h>

uint32_t toy_crc32(uint32_t seed, const void *bytes, size_t count);

#endif
