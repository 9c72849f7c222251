#include "story_file.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/alone/content_blob.h"

#define MOST_BYTES (16u << 20) /* the toy's flash */

static bool take_linked(host_story_t *story)
{
    story->count = (size_t)(toy_story_model_end - toy_story_model);
    story->bytes = story->count > 0u ? toy_story_model : NULL;
    return true;
}

bool host_story_open(host_story_t *story, const char *path)
{
    *story = (host_story_t){NULL, 0, NULL};
    if (path == NULL) {
        return take_linked(story);
    }
    FILE *file = fopen(path, "rb");
    if (file == NULL || (story->memory = malloc(MOST_BYTES)) == NULL) {
        fprintf(stderr, "plush_toy: cannot read the story model %s\n", path);
        if (file != NULL) {
            (void)fclose(file);
        }
        return false;
    }
    story->count = fread(story->memory, 1, MOST_BYTES, file);
    story->bytes = story->memory;
    (void)fclose(file);
    return true;
}

void host_story_close(host_story_t *story) { free(story->memory); }
