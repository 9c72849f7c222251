/* content_blob.h - what the build compiled for the toy alone, for a port to hand to toy_init.
 * Out     the content's bytes, checked by alone/content.h; the story model's, none when there is no model */
#ifndef TOY_APP_ALONE_CONTENT_BLOB_H
#define TOY_APP_ALONE_CONTENT_BLOB_H

#include <stdint.h>

extern const uint8_t toy_content_blob[];
extern const uint8_t toy_content_blob_end[];
extern const uint8_t toy_story_model[];
extern const uint8_t toy_story_model_end[];

#endif
