#include "llm/gguf.h"

#include <stdbool.h>
#include <string.h>

#include "llm/gguf_blocks.h"

enum { VALUE_STRING = 8, VALUE_ARRAY = 9, VALUE_TYPES = 13, MAX_DIMENSIONS = 4 };
#define MAGIC 0x46554747u /* "GGUF" */

static toy_status_t take(toy_gguf_t *g, void *bytes, size_t count)
{
    if (count > g->source.size_bytes - g->at) {
        return TOY_ERR_FORMAT;
    }
    TOY_TRY(g->source.read(g->source.context, g->at, bytes, count));
    g->at += count;
    return TOY_OK;
}

static toy_status_t skip(toy_gguf_t *g, uint64_t count)
{
    if (count > g->source.size_bytes - g->at) {
        return TOY_ERR_FORMAT;
    }
    g->at += count;
    return TOY_OK;
}

static toy_status_t skip_string(toy_gguf_t *g)
{
    uint64_t length;
    TOY_TRY(take(g, &length, sizeof length));
    return skip(g, length);
}

/* One value of a key; arrays hold anything but arrays. */
static toy_status_t skip_value(toy_gguf_t *g, uint32_t type)
{
    static const uint8_t sizes[VALUE_TYPES] = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
    if (type == VALUE_STRING) {
        return skip_string(g);
    }
    if (type != VALUE_ARRAY) {
        return type < VALUE_TYPES ? skip(g, sizes[type]) : TOY_ERR_FORMAT;
    }
    uint32_t inner;
    uint64_t count;
    TOY_TRY(take(g, &inner, sizeof inner));
    TOY_TRY(take(g, &count, sizeof count));
    if (inner >= VALUE_TYPES || inner == VALUE_ARRAY || count > g->source.size_bytes) {
        return TOY_ERR_FORMAT;
    }
    if (inner != VALUE_STRING) {
        return skip(g, count * sizes[inner]);
    }
    for (; count != 0u; --count) {
        TOY_TRY(skip_string(g));
    }
    return TOY_OK;
}

/* Skips all keys but one: general.alignment. */
static toy_status_t read_keys(toy_gguf_t *g, uint64_t keys, uint32_t *alignment)
{
    static const char wanted[] = "general.alignment";
    for (; keys != 0u; --keys) {
        uint64_t length;
        uint32_t type;
        char key[sizeof wanted - 1u];
        TOY_TRY(take(g, &length, sizeof length));
        bool same = length == sizeof key;
        if (same) {
            TOY_TRY(take(g, key, sizeof key));
            same = memcmp(key, wanted, sizeof key) == 0;
        } else {
            TOY_TRY(skip(g, length));
        }
        TOY_TRY(take(g, &type, sizeof type));
        if (same && type == 4u) {
            TOY_TRY(take(g, alignment, sizeof *alignment));
        } else {
            TOY_TRY(skip_value(g, type));
        }
    }
    return *alignment != 0u && (*alignment & (*alignment - 1u)) == 0u && *alignment <= 4096u ? TOY_OK : TOY_ERR_FORMAT;
}

static toy_status_t read_entry(toy_gguf_t *g, toy_gguf_tensor_t *tensor)
{
    uint64_t length, values = 1;
    uint32_t dimensions;
    TOY_TRY(take(g, &length, sizeof length));
    if (length > TOY_GGUF_NAME_BYTES) {
        return TOY_ERR_FORMAT;
    }
    memset(tensor, 0, sizeof *tensor);
    TOY_TRY(take(g, tensor->name, (size_t)length));
    TOY_TRY(take(g, &dimensions, sizeof dimensions));
    if (dimensions > MAX_DIMENSIONS) {
        return TOY_ERR_FORMAT;
    }
    for (; dimensions != 0u; --dimensions) {
        uint64_t size;
        TOY_TRY(take(g, &size, sizeof size));
        if (size == 0u || size > (UINT64_C(1) << 40) / values) {
            return TOY_ERR_FORMAT;
        }
        values *= size;
    }
    TOY_TRY(take(g, &tensor->type, sizeof tensor->type));
    TOY_TRY(take(g, &tensor->offset, sizeof tensor->offset));
    tensor->values = values;
    return TOY_OK;
}

toy_status_t toy_gguf_open(toy_gguf_t *g, const toy_gguf_source_t *source)
{
    uint32_t head[2], alignment = 32;
    uint64_t counts[2];
    memset(g, 0, sizeof *g);
    g->source = *source;
    TOY_TRY(take(g, head, sizeof head));
    TOY_TRY(take(g, counts, sizeof counts));
    if (head[0] != MAGIC || (head[1] != 2u && head[1] != 3u) || counts[0] > 65535u || counts[1] > 65535u) {
        return TOY_ERR_FORMAT;
    }
    TOY_TRY(read_keys(g, counts[1], &alignment));
    g->tensors = (uint32_t)counts[0];
    g->tensors_at = g->at;
    toy_gguf_tensor_t tensor;
    for (uint32_t i = 0; i < g->tensors; ++i) { /* data begin behind the last entry */
        TOY_TRY(read_entry(g, &tensor));
    }
    g->data = (g->at + alignment - 1u) / alignment * alignment;
    g->at = g->tensors_at;
    return TOY_OK;
}

toy_status_t toy_gguf_next(toy_gguf_t *g, toy_gguf_tensor_t *tensor)
{
    if (g->next == g->tensors) {
        return TOY_ERR_EMPTY;
    }
    TOY_TRY(read_entry(g, tensor));
    ++g->next;
    const uint32_t values = toy_gguf_block_values(tensor->type);
    if (values == 0u) {
        return TOY_OK; /* a type that cannot be taken apart: bytes stay 0 */
    }
    tensor->bytes = tensor->values / values * toy_gguf_block_bytes(tensor->type);
    if (tensor->values % values != 0u || g->data > g->source.size_bytes ||
        tensor->offset > g->source.size_bytes - g->data ||
        tensor->bytes > g->source.size_bytes - g->data - tensor->offset) {
        return TOY_ERR_FORMAT;
    }
    tensor->offset += g->data;
    return TOY_OK;
}

toy_status_t toy_gguf_block(toy_gguf_t *g, const toy_gguf_tensor_t *tensor, uint64_t block,
                            float values[TOY_GGUF_BLOCK_VALUES])
{
    const uint32_t bytes = toy_gguf_block_bytes(tensor->type);
    if (bytes == 0u || block >= tensor->bytes / bytes) {
        return TOY_ERR_ARG;
    }
    TOY_TRY(g->source.read(g->source.context, tensor->offset + block * bytes, g->scratch, bytes));
    toy_gguf_unpack(tensor->type, g->scratch, values);
    return TOY_OK;
}
