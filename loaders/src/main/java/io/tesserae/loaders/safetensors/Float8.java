package io.tesserae.loaders.safetensors;

/**
 * Floating-point numbers of eight bits: Micikevicius et al., arXiv 2209.05433 (E4M3, E5M2), Noune et al., arXiv 2206.02915 (the two
 * FNUZ types, which have one zero, one NaN and no infinities), and the Open Compute Project's microscaling formats (E8M0, powers of
 * two without a sign). Each has 256 codes, and float32 holds them all exactly, so a table does.
 */
final class Float8 {

    private static final int CODES = 256;
    private static final int SIGN = 0x80;

    /** With 7 bits all set for NaN, and no infinities. */
    private static final float[] E4M3 = table(code -> (code & ~SIGN) == 0x7F ? Float.NaN : number(code, 3, 7));

    /** As IEEE 754 has it: the largest exponent is for infinities and NaN. */
    private static final float[] E5M2 = table(code -> (code & ~SIGN) > 0x7C
            ? Float.NaN
            : (code & ~SIGN) == 0x7C
                    ? (code == 0x7C ? Float.POSITIVE_INFINITY : Float.NEGATIVE_INFINITY)
                    : number(code, 2, 15));

    private static final float[] E4M3FNUZ = table(code -> code == SIGN ? Float.NaN : number(code, 3, 8));
    private static final float[] E5M2FNUZ = table(code -> code == SIGN ? Float.NaN : number(code, 2, 16));
    private static final float[] E8M0 = table(code -> code == 0xFF ? Float.NaN : Math.scalb(1f, code - 127));

    @FunctionalInterface
    private interface Decoder {
        float decode(int code);
    }

    private Float8() {}

    /**
     * The float32 of every code.
     *
     * @param dtype one of the five
     */
    static float[] values(DType dtype) {
        return switch (dtype) {
            case F8_E4M3 -> E4M3;
            case F8_E5M2 -> E5M2;
            case F8_E4M3FNUZ -> E4M3FNUZ;
            case F8_E5M2FNUZ -> E5M2FNUZ;
            case F8_E8M0 -> E8M0;
            default -> throw new IllegalArgumentException(dtype + " is no floating-point type of eight bits");
        };
    }

    private static float[] table(Decoder decoder) {
        float[] values = new float[CODES];
        for (int code = 0; code < CODES; code++) {
            values[code] = decoder.decode(code);
        }
        return values;
    }

    /** Sign, exponent and mantissa; an exponent of zero is that of the subnormal numbers. */
    private static float number(int code, int mantissaBits, int bias) {
        int exponent = (code & ~SIGN) >> mantissaBits;
        int mantissa = code & (1 << mantissaBits) - 1;
        int significand = exponent == 0 ? mantissa : mantissa | 1 << mantissaBits;
        float magnitude = Math.scalb((float) significand, Math.max(1, exponent) - bias - mantissaBits);
        return (code & SIGN) == 0 ? magnitude : -magnitude;
    }
}
