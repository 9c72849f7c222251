/* gguf_tool - what a GGUF file holds and what a token of it would cost on the toy's bus.
 * In      gguf_tool FILE [dump], on the host
 * Out     a line a tensor: name, type, values, bytes; then the sum and seconds a token; or all values as raw float32 */
#include <stdio.h>
#include <string.h>

#include "llm/gguf.h"

static toy_status_t read_file(void *context, uint64_t offset, void *bytes, size_t count)
{
    FILE *file = context;
    if (fseek(file, (long)offset, SEEK_SET) != 0 || fread(bytes, 1, count, file) != count) {
        return TOY_ERR_PORT;
    }
    return TOY_OK;
}

static toy_status_t dump(toy_gguf_t *gguf, const toy_gguf_tensor_t *tensor)
{
    static float values[TOY_GGUF_BLOCK_VALUES];
    const uint32_t size = toy_gguf_block_values(tensor->type);
    for (uint64_t block = 0; size != 0u && block < tensor->values / size; ++block) {
        TOY_TRY(toy_gguf_block(gguf, tensor, block, values));
        fwrite(values, sizeof values[0], size, stdout);
    }
    return TOY_OK;
}

int main(int argc, char **argv)
{
    FILE *file = argc > 1 ? fopen(argv[1], "rb") : NULL;
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        fprintf(stderr, "gguf_tool FILE [dump]\n");
        return 1;
    }
    static toy_gguf_t gguf;
    toy_gguf_tensor_t tensor;
    const toy_gguf_source_t source = {read_file, file, (uint64_t)ftell(file)};
    toy_status_t status = toy_gguf_open(&gguf, &source);
    uint64_t bytes = 0;
    while (status == TOY_OK && (status = toy_gguf_next(&gguf, &tensor)) == TOY_OK) {
        if (argc > 2) {
            status = dump(&gguf, &tensor);
            continue;
        }
        printf("%-32s type %2u values %12llu bytes %12llu\n", tensor.name, (unsigned)tensor.type,
               (unsigned long long)tensor.values, (unsigned long long)tensor.bytes);
        bytes += strcmp(tensor.name, "token_embd.weight") == 0 ? 0u : tensor.bytes; /* one row a token */
    }
    if (status != TOY_ERR_EMPTY) {
        fprintf(stderr, "gguf_tool: status %d\n", (int)status);
        return 1;
    }
    if (argc <= 2) {
        printf("%llu bytes a token: %.2f s at 37.2 MB/s, %.2f s at 66.0 MB/s, %.2f s at 10 MB/s\n",
               (unsigned long long)bytes, (double)bytes / 37.2e6, (double)bytes / 66.0e6, (double)bytes / 10e6);
    }
    fclose(file);
    return 0;
}
