/* The compiled content and the story model in flash; see content_blob.h. */
    .section .rodata.toy_content, "a", %progbits
    .balign 8
    .global toy_content_blob
    .global toy_content_blob_end
toy_content_blob:
    .incbin TOY_CONTENT_PATH
toy_content_blob_end:
    .section .rodata.toy_story_model, "a", %progbits
    .balign 8
    .global toy_story_model
    .global toy_story_model_end
toy_story_model:
    .incbin TOY_STORY_PATH
toy_story_model_end:
    .section .note.GNU-stack, "", %progbits
