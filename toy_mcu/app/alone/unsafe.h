/* unsafe.h - is there a word in a sentence that a plush does not say?
 * In      a terminated sentence; the content's list, which holds hashes of base forms
 * Out     true when a word, or what is left of it without an ending, is on the list
 * Memory  none
 * Why     Whatever the story model makes is looked at before it is spoken. A hash (FNV-1a, 32 bits) keeps the words
 *         themselves out of the flash image; a build step makes sure that no word of a story shares one by chance. */
#ifndef TOY_APP_ALONE_UNSAFE_H
#define TOY_APP_ALONE_UNSAFE_H

#include "app/alone/content.h"

bool toy_unsafe_find(const toy_content_t *content, const char *sentence);

#endif
