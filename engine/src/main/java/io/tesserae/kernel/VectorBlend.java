package io.tesserae.kernel;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** {@link Kernels#blendRows} on whole vectors: pixels side by side in the lanes, sums in registers while the rows go by. */
final class VectorBlend {

    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;

    private static final int LANES = INTS.length();

    /**
     * Bytes that are loaded at a time. Where four of them would fill the sums' lanes, eight are loaded, since there are no
     * vectors of 32 bits; two sums then share one load. Where two would fill them, there is nothing to be gained: see {@link #blendRows}.
     */
    private static final VectorSpecies<Byte> BYTES =
            VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, INTS.vectorBitSize() / Integer.BYTES)));

    private static final boolean SHARED = BYTES.length() == 2 * LANES;

    private VectorBlend() {}

    /**
     * Computes as many values as fill whole pairs of vectors, and returns how many that were: none where vectors are so narrow
     * that what is loaded, and stored, would reach beyond a pair of them.
     */
    static int blendRows(
            byte[] rows,
            int offset,
            int stride,
            int[] weights,
            int firstWeight,
            int count,
            byte[] out,
            int outOffset,
            int length) {
        int whole = BYTES.length() > 2 * LANES ? 0 : length / (2 * LANES) * (2 * LANES);
        for (int i = 0; i < whole; i += 2 * LANES) {
            IntVector left = IntVector.broadcast(INTS, ScalarBlend.HALF);
            IntVector right = left;
            int at = offset + i;
            for (int k = 0; k < count; k++, at += stride) {
                IntVector weight = IntVector.broadcast(INTS, weights[firstWeight + k]);
                ByteVector bytes = ByteVector.fromArray(BYTES, rows, at);
                ByteVector more = SHARED ? bytes : ByteVector.fromArray(BYTES, rows, at + LANES);
                left = left.add(widen(bytes, 0).mul(weight));
                right = right.add(widen(more, SHARED ? 1 : 0).mul(weight));
            }
            if (SHARED) {
                narrow(left, 0).or(narrow(right, -1)).intoArray(out, outOffset + i);
            } else {
                narrow(left, 0).intoArray(out, outOffset + i);
                narrow(right, 0).intoArray(out, outOffset + i + LANES);
            }
        }
        return whole;
    }

    private static IntVector widen(ByteVector bytes, int part) {
        return (IntVector) bytes.convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, part);
    }

    private static ByteVector narrow(IntVector sums, int part) {
        IntVector clamped = sums.lanewise(VectorOperators.ASHR, Kernels.BLEND_FRACTION_BITS)
                .max(0)
                .min(255);
        return (ByteVector) clamped.convertShape(VectorOperators.I2B, BYTES, part);
    }
}
