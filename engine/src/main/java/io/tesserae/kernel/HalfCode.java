package io.tesserae.kernel;

import io.tesserae.tensor.Precision;

/**
 * A weight of 16 bits as {@link VectorHalfTile} reads it: in such a form that shifts and a mask make a float32 of it, since neither
 * a conversion nor a multiplication is to be had in a tile without costing more than the saved memory traffic gives.
 *
 * <ul>
 *   <li>BFLOAT16 is the upper half of a float32, and stays that.
 *   <li>FLOAT16 becomes sign, five bits of exponent and ten of mantissa, as it is in IEEE 754, but with exponents that begin at
 *       2⁻²⁴: what IEEE 754 stores as a subnormal number is a normal one here. Moved to where a float32 has exponent and
 *       mantissa, the bits mean 2⁻¹⁰² times the weight; so the activations of the product are multiplied by {@link #FLOAT16_FACTOR}
 *       when they are packed. Powers of two change no bit of any product, and so of no sum.
 * </ul>
 *
 * <p>The exponents that are given to small numbers are missing for large ones: there is no code for 128 and above, nor for
 * infinity and NaN. Weights that have such a value are kept as float32.
 */
final class HalfCode {

    /** What a decoded FLOAT16 code has to be multiplied by to be the weight, or the other factor of the product. */
    static final float FLOAT16_FACTOR = 0x1p102f;

    /** The bits of a float32 in which a FLOAT16 code lies: the sign, the lower exponent and the upper mantissa bits. */
    static final int FLOAT16_MASK = 0x8FFF_E000;

    /** How far a FLOAT16 code that begins at the highest bit, its sign repeated from the left, is moved to the right for that. */
    static final int FLOAT16_SHIFT = 3;

    /** The bits of a float32 in which the BFLOAT16 code lies. */
    static final int BFLOAT16_MASK = 0xFFFF_0000;

    private static final int MANTISSA_SHIFT = 13; // float32 has 23 bits of mantissa, float16 has 10
    private static final int LOST_MANTISSA = (1 << MANTISSA_SHIFT) - 1;

    /** Below the least exponent: that of 2⁻²⁵, with the mantissa's ten bits. */
    private static final int LEAST_EXPONENT = 102 << 10;

    /** What {@link #encode} adds to a code that is not exactly the weight. */
    static final int INEXACT = 1 << 16;

    private HalfCode() {}

    /** What the activations of a product have to be multiplied by. */
    static float factor(Precision precision) {
        return precision == Precision.FLOAT16 ? FLOAT16_FACTOR : 1f;
    }

    /** The code of a weight in its lower 16 bits; with {@link #INEXACT} where there is none. */
    static int encode(Precision precision, float weight) {
        int bits = Float.floatToRawIntBits(weight);
        if (precision == Precision.BFLOAT16) {
            return bits >>> 16 | ((bits & ~BFLOAT16_MASK) == 0 ? 0 : INEXACT);
        }
        int magnitude = bits & Integer.MAX_VALUE;
        int code = Math.max(0, (magnitude >>> MANTISSA_SHIFT) - LEAST_EXPONENT);
        boolean exact = magnitude == 0 || code >= 1 << 10 && code < 1 << 15 && (magnitude & LOST_MANTISSA) == 0;
        return bits >>> 31 << 15 | code & 0x7FFF | (exact ? 0 : INEXACT);
    }

    /** The weight of a code, divided by {@link #factor}. */
    static float decode(Precision precision, int code) {
        int upper = code << 16;
        return Float.intBitsToFloat(precision == Precision.BFLOAT16 ? upper : upper >> FLOAT16_SHIFT & FLOAT16_MASK);
    }
}
