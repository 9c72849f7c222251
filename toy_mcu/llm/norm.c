#include "llm/norm.h"

#include "llm/kernels.h"
#include "llm/tables.h"
#include "toy_ops.h"

/* The smallest shift, 2 at least, that keeps the sum of absolute values plus rounding below 2^15: no element is cut. */
static uint32_t shift_for(const int32_t *x, uint32_t count)
{
    const uint32_t size = toy_kernel_size(x, count), limit = 32767u - count;
    const uint32_t shift = 17u - toy_leading_zeros(size | 0x10000u); /* size >> shift < 2^15 */
    return shift + (size >> shift > limit); /* the limit is above 2^14: one more is enough */
}

static int32_t pack4(const int32_t *x, uint32_t count, int32_t scale, uint32_t *packed)
{
    int32_t squares = 0;
    for (const int32_t *end = x + count; x < end; x += 8, packed += 4) {
        for (uint32_t i = 0; i < 4u; ++i) {
            int32_t high = end - x > 4 ? toy_top(x[4u + i], scale) : 0;
            packed[3u - i] = toy_halves(toy_top(x[i], scale), high);
            squares = toy_dot(packed[3u - i], packed[3u - i], squares);
        }
    }
    return squares;
}

toy_packed_t toy_pack(const int32_t *x, uint32_t count, uint32_t bits, uint32_t *packed)
{
    toy_packed_t result;
    result.shift = shift_for(x, count);
    int32_t scale = (int32_t)(UINT32_C(1) << (32u - result.shift)); /* rounds and shifts in one instruction */
    result.squares = bits == 8u ? toy_kernel_pack8(x, count, scale, packed) : pack4(x, count, scale, packed);
    return result;
}

int32_t toy_inverse_root(uint64_t total, uint32_t bits)
{
    uint32_t high = (uint32_t)(total >> 32);
    uint32_t zeros = high != 0u ? toy_leading_zeros(high) : 32u + toy_leading_zeros((uint32_t)total);
    zeros &= ~1u;
    uint32_t m = (uint32_t)((total << zeros) >> 32); /* total = m * 2^(32 - zeros), m in [2^30, 2^32) */
    uint32_t y = toy_rsqrt_table[(m >> 28) - 4u];
    for (uint32_t i = 0; i < 3u; ++i) { /* Newton: y * (3 - m * y * y) / 2 */
        uint32_t t = (uint32_t)(((uint64_t)y * y) >> 32);
        t = (uint32_t)(((uint64_t)t * m) >> 32);
        y = (uint32_t)(((uint64_t)y * ((UINT32_C(3) << 28) - t)) >> 29);
    }
    int32_t exponent = (int32_t)bits - 54 + (int32_t)(zeros / 2u);
    if (exponent > 0) {
        return INT32_MAX;
    }
    y >>= (uint32_t)-exponent;
    return y > (uint32_t)INT32_MAX ? INT32_MAX : (int32_t)y;
}

int32_t toy_norm(const toy_model_t *model, const int32_t *x, uint32_t bits, uint32_t *packed)
{
    toy_packed_t p = toy_pack(x, model->dim, bits, packed);
    uint64_t total = ((uint64_t)(uint32_t)p.squares << 16) + (model->epsilon >> (2u * p.shift));
    /* The least energy that a packed vector can have fills 31 bits of factor; see engine.norm_bits. */
    uint32_t length = 32u - toy_leading_zeros(model->dim - 1u);
    return toy_inverse_root(total != 0u ? total : 1u, 44u - (length + 1u) / 2u);
}

int32_t toy_pack_for(const toy_tensor_t *tensor, const int32_t *x, uint32_t count, uint32_t *packed)
{
    uint32_t power = toy_pack(x, count, tensor->bits, packed).shift + tensor->shift;
    return (int32_t)(UINT32_C(1) << (power > 30u ? 30u : power));
}
