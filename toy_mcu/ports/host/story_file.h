/* story_file.h - the story model: a file, or what the build linked.
 * Out     its bytes, aligned to 8; none when there is no model
 * Errors  false and one line on stderr */
#ifndef TOY_HOST_STORY_FILE_H
#define TOY_HOST_STORY_FILE_H

#include <stdbool.h>
#include <stddef.h>

typedef struct {
    const void *bytes; /* NULL: none */
    size_t count;
    void *memory; /* to be freed */
} host_story_t;

bool host_story_open(host_story_t *story, const char *path);
void host_story_close(host_story_t *story);

#endif
