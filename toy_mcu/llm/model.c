#include "llm/model.h"

#include <string.h>

#include "base/crc32.h"

/* Offsets in the header; the table is in models/FORMAT.md. */
enum {
    AT_MAGIC = 0,
    AT_VERSIONS = 4,
    AT_SIZE = 8,
    AT_CHECKSUM = 12,
    AT_CHECKED = 16,
    AT_SHAPE = 16,
    AT_KIND = 44,
    AT_EPSILON = 48,
    AT_EMBED_GAIN = 56,
    AT_ROTATION = 60,
    AT_PIECES = 64,
    AT_PIECES_BYTES = 68,
    AT_MAP = 72,
    AT_TABLE = 76,
    AT_TENSORS = 80
};

static uint32_t word_at(const toy_model_t *model, uint32_t offset)
{
    uint32_t value;
    memcpy(&value, model->bytes + offset, sizeof value);
    return value;
}

static bool fits(const toy_model_t *model, uint32_t offset, uint64_t count_bytes)
{
    return offset % 8u == 0u && offset >= TOY_MODEL_HEADER_BYTES && offset <= model->size_bytes &&
           count_bytes <= model->size_bytes - offset;
}

static bool within(uint32_t value, uint32_t low, uint32_t high) { return value >= low && value <= high; }

static toy_status_t read_shape(toy_model_t *model)
{
    uint32_t *const fields[7] = {&model->dim,      &model->hidden, &model->layers, &model->heads,
                                 &model->kv_heads, &model->vocab,  &model->context};
    for (uint32_t i = 0; i < 7u; ++i) {
        *fields[i] = word_at(model, AT_SHAPE + 4u * i);
    }
    if (!within(model->dim, 8, TOY_MODEL_MAX_DIM) || model->dim % 4u != 0u ||
        !within(model->hidden, 8, TOY_MODEL_MAX_HIDDEN) || model->hidden % 4u != 0u ||
        !within(model->layers, 1, TOY_MODEL_MAX_LAYERS) || !within(model->heads, 1, model->dim) ||
        !within(model->kv_heads, 1, model->heads) || !within(model->vocab, 4, TOY_MODEL_MAX_VOCAB) ||
        !within(model->context, 1, 65535)) {
        return TOY_ERR_MODEL;
    }
    model->head_size = model->dim / model->heads;
    model->kv_dim = model->head_size * model->kv_heads;
    if (model->dim % model->heads != 0u || model->heads % model->kv_heads != 0u || model->head_size % 4u != 0u ||
        !within(model->head_size, 4, TOY_MODEL_MAX_HEAD_SIZE)) {
        return TOY_ERR_MODEL;
    }
    return TOY_OK;
}

static toy_status_t read_constants(toy_model_t *model)
{
    uint32_t kind = word_at(model, AT_KIND);
    uint32_t rows = kind >> 16;
    if ((kind & 0xFFu) != 0u || !within(rows, 1, 128)) { /* 0: an int8 cache, the one that this engine knows */
        return TOY_ERR_MODEL;
    }
    model->positions = rows * TOY_MODEL_FINE_POSITIONS;
    model->has_ranks = (kind >> 9 & 1u) != 0u;
    memcpy(&model->epsilon, model->bytes + AT_EPSILON, sizeof model->epsilon);
    uint32_t gain = word_at(model, AT_EMBED_GAIN), rotation = word_at(model, AT_ROTATION);
    uint64_t turns = (uint64_t)(TOY_MODEL_FINE_POSITIONS + rows) * (model->head_size / 2u);
    if (model->epsilon >> 62 != 0u || !fits(model, gain, 4u * (uint64_t)model->dim) ||
        !fits(model, rotation, 4u * turns)) {
        return TOY_ERR_MODEL;
    }
    model->embed_gain = (const int32_t *)(const void *)(model->bytes + gain);
    model->rotation = (const uint32_t *)(const void *)(model->bytes + rotation);
    for (uint64_t i = 0; i < turns; ++i) { /* -32768 twice would overflow a complex product */
        if ((model->rotation[i] & 0xFFFFu) == 0x8000u || model->rotation[i] >> 16 == 0x8000u) {
            return TOY_ERR_MODEL;
        }
    }
    uint32_t pieces = word_at(model, AT_PIECES);
    model->pieces_bytes = word_at(model, AT_PIECES_BYTES);
    uint32_t map = word_at(model, AT_MAP);
    if (!fits(model, pieces, model->pieces_bytes) || (map != 0u && !fits(model, map, 2u * (uint64_t)model->vocab))) {
        return TOY_ERR_MODEL;
    }
    model->pieces = model->bytes + pieces;
    return TOY_OK;
}

/* Shifts that the engine's arithmetic can follow; the lower bounds are the binary points that it reads at. */
static bool shift_is_sane(const toy_tensor_t *tensor)
{
    switch (tensor->role) {
    case TOY_TENSOR_W1:
        return within(tensor->shift, 6, 28);
    case TOY_TENSOR_WQ:
    case TOY_TENSOR_WK:
        return within(tensor->shift, 1, 28);
    case TOY_TENSOR_WO:
    case TOY_TENSOR_W2:
        return tensor->shift <= 63u;
    default:
        return tensor->shift <= 28u;
    }
}

static toy_status_t check_tensor(const toy_model_t *model, const toy_tensor_t *tensor, uint32_t role, uint32_t layer)
{
    const uint32_t dim = model->dim, hidden = model->hidden, kv_dim = model->kv_dim, vocab = model->vocab;
    const uint32_t rows[9] = {vocab, dim, kv_dim, kv_dim, dim, hidden, hidden, dim, vocab};
    uint32_t columns = role == TOY_TENSOR_W2 ? hidden : dim;
    if (tensor->role != role || tensor->layer != layer || (tensor->bits != 8u && tensor->bits != 4u)) {
        return TOY_ERR_MODEL;
    }
    const uint32_t word = 32u / tensor->bits;
    columns = (columns + word - 1u) / word * word;
    if (tensor->rows != ((rows[role] + 3u) & ~3u) || tensor->columns != columns || tensor->group != columns ||
        columns < 2u * word || !shift_is_sane(tensor) ||
        !fits(model, tensor->offset_bytes, (uint64_t)toy_tensor_group_bytes(tensor) * (tensor->rows / 4u))) {
        return TOY_ERR_MODEL;
    }
    return TOY_OK;
}

static toy_status_t read_tensors(toy_model_t *model)
{
    uint32_t table = word_at(model, AT_TABLE), count = word_at(model, AT_TENSORS);
    uint32_t embeddings = word_at(model, AT_KIND) >> 8 & 1u;
    uint32_t in_layers = model->layers * TOY_TENSORS_A_LAYER;
    if (count != embeddings + in_layers + 1u || !fits(model, table, (uint64_t)count * sizeof(toy_tensor_t))) {
        return TOY_ERR_MODEL;
    }
    const toy_tensor_t *tensors = (const toy_tensor_t *)(const void *)(model->bytes + table);
    model->tables = tensors;
    model->first = tensors + embeddings;
    model->classifier = model->first + in_layers;
    model->embedding = embeddings != 0u ? tensors : model->classifier;
    for (uint32_t i = 0; i < in_layers; ++i) {
        uint32_t layer = i / TOY_TENSORS_A_LAYER;
        TOY_TRY(check_tensor(model, model->first + i, i % TOY_TENSORS_A_LAYER + TOY_TENSOR_WQ, layer));
    }
    for (uint32_t i = 0; i < in_layers; i += TOY_TENSORS_A_LAYER) { /* who share an input share its packing */
        const toy_tensor_t *l = model->first + i;
        if (l[0].bits != l[1].bits || l[0].bits != l[2].bits || l[4].bits != l[5].bits) {
            return TOY_ERR_MODEL;
        }
    }
    if (embeddings != 0u) {
        TOY_TRY(check_tensor(model, tensors, TOY_TENSOR_EMBEDDING, 0));
    }
    return check_tensor(model, model->classifier, TOY_TENSOR_CLASSIFIER, 0);
}

toy_status_t toy_model_open(toy_model_t *model, const void *bytes, size_t size_bytes)
{
    memset(model, 0, sizeof *model);
    if (bytes == NULL || (uintptr_t)bytes % 8u != 0u) {
        return TOY_ERR_ARG;
    }
    model->bytes = bytes;
    if (size_bytes < TOY_MODEL_HEADER_BYTES || size_bytes > UINT32_MAX || word_at(model, AT_MAGIC) != TOY_MODEL_MAGIC ||
        word_at(model, AT_VERSIONS) != (TOY_MODEL_VERSION | TOY_MODEL_PACKING << 16)) {
        return TOY_ERR_MODEL;
    }
    model->size_bytes = word_at(model, AT_SIZE); /* the blob may lie in a larger flash region */
    if (model->size_bytes < TOY_MODEL_HEADER_BYTES || model->size_bytes > size_bytes) {
        return TOY_ERR_MODEL;
    }
    if (toy_crc32(0, model->bytes + AT_CHECKED, model->size_bytes - AT_CHECKED) != word_at(model, AT_CHECKSUM)) {
        return TOY_ERR_CHECKSUM;
    }
    TOY_TRY(read_shape(model));
    TOY_TRY(read_constants(model));
    return read_tensors(model);
}
