/* line.h - one line of the content as it is shown and as it sounds. A song is "Title|words@notes": its title is shown.
 * In      a line's number; what the slots stand for now
 * Out     terminated text
 * Memory  none of its own
 * Errors  none: what does not fit is cut at the room's end */
#ifndef TOY_APP_ALONE_LINE_H
#define TOY_APP_ALONE_LINE_H

#include <stddef.h>
#include <stdint.h>

#include "app/alone/content.h"
#include "app/alone/template.h"

void toy_line_fill(const toy_content_t *content, uint16_t line, const toy_slots_t *slots, char *text, size_t room);
const char *toy_line_sung(const toy_content_t *content, uint16_t line); /* words@notes; NULL: it is spoken */

#endif
