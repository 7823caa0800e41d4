package io.tesserae.kernel;

import static io.tesserae.kernel.VectorFunctions.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;

/** {@link ScalarKernels#rotate} on the machine's vectors: the same bits. */
final class VectorRotary {

    private static final int LANES = SPECIES.length();

    /** Swaps the two lanes of every pair. */
    private static final VectorShuffle<Float> NEIGHBOURS = VectorShuffle.fromOp(SPECIES, lane -> lane ^ 1);

    private VectorRotary() {}

    static void rotate(RotaryTable table, float[] x, int offset, int stride, int[] positions) {
        for (int row = 0; row < positions.length; row++) {
            int angles = positions[row] * table.channels();
            if (table.interleaved()) {
                rotateNeighbours(table, x, offset + row * stride, angles);
            } else {
                rotateHalves(table, x, offset + row * stride, angles);
            }
        }
    }

    private static void rotateNeighbours(RotaryTable table, float[] x, int start, int angles) {
        int whole = SPECIES.loopBound(table.channels());
        for (int i = 0; i < whole; i += LANES) {
            FloatVector value = FloatVector.fromArray(SPECIES, x, start + i);
            FloatVector cosine = FloatVector.fromArray(SPECIES, table.cosines(), angles + i);
            FloatVector sine = FloatVector.fromArray(SPECIES, table.sines(), angles + i);
            value.rearrange(NEIGHBOURS).fma(sine, value.mul(cosine)).intoArray(x, start + i);
        }
        for (int i = whole; i < table.channels(); i += 2) {
            rotatePair(table, x, start, angles, i, i + 1);
        }
    }

    private static void rotateHalves(RotaryTable table, float[] x, int start, int angles) {
        int half = table.channels() / 2;
        int whole = SPECIES.loopBound(half);
        for (int i = 0; i < whole; i += LANES) {
            FloatVector first = FloatVector.fromArray(SPECIES, x, start + i);
            FloatVector second = FloatVector.fromArray(SPECIES, x, start + half + i);
            FloatVector cosine = FloatVector.fromArray(SPECIES, table.cosines(), angles + i);
            FloatVector sine = FloatVector.fromArray(SPECIES, table.sines(), angles + half + i);
            second.fma(sine.neg(), first.mul(cosine)).intoArray(x, start + i);
            first.fma(sine, second.mul(cosine)).intoArray(x, start + half + i);
        }
        for (int i = whole; i < half; i++) {
            rotatePair(table, x, start, angles, i, half + i);
        }
    }

    private static void rotatePair(RotaryTable table, float[] x, int start, int angles, int i, int j) {
        float first = x[start + i];
        float second = x[start + j];
        x[start + i] = Math.fma(second, table.sines()[angles + i], first * table.cosines()[angles + i]);
        x[start + j] = Math.fma(first, table.sines()[angles + j], second * table.cosines()[angles + j]);
    }
}
