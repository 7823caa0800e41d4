package io.tesserae.tensor;

/** How many bits a weight's values have where they are stored. Whatever it is, the engine computes in float32. */
public enum Precision {
    /** IEEE 754 binary32. */
    FLOAT32,
    /** IEEE 754 binary16: 11 bits of precision, magnitudes from 2⁻²⁴ to 65,504. */
    FLOAT16 {
        @Override
        public float round(float value) {
            return Float.float16ToFloat(Float.floatToFloat16(value));
        }
    },
    /** The upper half of a binary32: 8 bits of precision, its whole range of magnitudes. */
    BFLOAT16 {
        @Override
        public float round(float value) {
            int bits = Float.floatToRawIntBits(value);
            if (Float.isNaN(value)) {
                return Float.intBitsToFloat((bits | QUIET_NAN) & UPPER_HALF);
            }
            int half = 0x7FFF + (bits >>> 16 & 1); // of two that are equally near, the one with an even last bit
            return Float.intBitsToFloat(bits + half & UPPER_HALF);
        }
    },
    /**
     * A whole number from −127 to 127, times a scale that all values of its row share: the row's largest magnitude ÷ 127. Weights of
     * linear layers are rounded so when they are loaded; each row by its own scale, so a value alone cannot be.
     */
    INT8 {
        @Override
        public float round(float value) {
            throw new UnsupportedOperationException("INT8 rounds rows, each by a scale of its own, not values");
        }
    };

    private static final int UPPER_HALF = 0xFFFF_0000;
    private static final int QUIET_NAN = 0x0040_0000;

    /**
     * The nearest value that can be stored so, as {@code torch.Tensor.to} rounds: to the even one of two that are equally near,
     * and to infinity where the magnitude is too large.
     *
     * @throws UnsupportedOperationException for {@link #INT8}
     */
    public float round(float value) {
        return value;
    }
}
