// crc.mjs - the IEEE CRC-32 of base/crc32.h, for records and models that are put into emulated flash.
export function crc(bytes, seed = 0) {
  let sum = ~seed;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; ++bit) sum = (sum >>> 1) ^ (0xedb88320 & -(sum & 1));
  }
  return ~sum >>> 0;
}
