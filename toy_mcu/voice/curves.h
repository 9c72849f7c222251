/* curves.h - the curves that the synthesiser needs, as short polynomials: no libm, the same bits everywhere.
 * In      single precision, in the range that each names
 * Out     single precision, error below 2e-5
 * Memory  none
 * Source  Taylor's series about the middle of the range; halving and squaring for the exponential */
#ifndef TOY_VOICE_CURVES_H
#define TOY_VOICE_CURVES_H

/* e to the -x, for x of 0..8. */
static inline float toy_curve_decay(float x)
{
    float y = x * (-1.0f / 16.0f);
    float e = 1.0f + y * (1.0f + y * (0.5f + y * (1.0f / 6.0f + y * (1.0f / 24.0f + y * (1.0f / 120.0f)))));
    e *= e;
    e *= e;
    e *= e;
    return e * e;
}

/* sine of pi * x, for x of -0.5..0.5. */
static inline float toy_curve_sin_half(float x)
{
    float y = x * 3.14159265f;
    float q = y * y;
    float tail = -1.0f / 5040.0f + q * (1.0f / 362880.0f);
    return y * (1.0f + q * (-1.0f / 6.0f + q * (1.0f / 120.0f + q * tail)));
}

/* cosine of pi * x, for x of 0..1. */
static inline float toy_curve_cos(float x) { return toy_curve_sin_half(0.5f - x); }

/* sine of pi * x, for x of 0..1. */
static inline float toy_curve_sin(float x)
{
    return toy_curve_sin_half(x > 0.5f ? 1.0f - x : x);
}

#endif
