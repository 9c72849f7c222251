/* utf8.h - is a text well-formed UTF-8? zcbor does not look, the base station's decoder does, and both must agree.
 * In      bytes, not terminated
 * Out     true when well-formed: shortest forms, no surrogates, nothing above U+10FFFF
 * Memory  none
 * Source  RFC 3629, section 4 */
#ifndef TOY_LINK_UTF8_H
#define TOY_LINK_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool toy_utf8_is_valid(const uint8_t *bytes, size_t count);

#endif
