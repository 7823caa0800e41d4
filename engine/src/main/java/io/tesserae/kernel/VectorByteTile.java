package io.tesserae.kernel;

import static io.tesserae.kernel.VectorFunctions.INT_SPECIES;
import static io.tesserae.kernel.VectorFunctions.SPECIES;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * The tiles for weights of 8 bits: four rows by four vectors, and one row by four, as {@link VectorTile} has them for float32. A vector of
 * integers holds four of codes; shifts and a conversion make float32 of each. What the codes of a column are multiplied by comes after
 * the sum, see {@link ByteCode}.
 *
 * <p>With 16 rows the multiply-adds are the bound, not memory: DistilBERT-base's 1x16 takes 0.65 of float32's time in two threads, 0.72 in
 * one (AMD EPYC, Zen 5), where 0.62 is what the peak of the multiply-adds allows. Tried: codes that are not signed, a mask and the bits of
 * 2²³ or 2¹⁵ in place of shifts, and a subtraction in place of the conversion: 0.72 and 0.76.
 */
final class VectorByteTile {

    private static final int LANES = SPECIES.length();

    private VectorByteTile() {}

    /** Computes a tile whose operands are set, with {@link VectorTile#rightBytes} for its weights: of four rows, or one. */
    static void compute(VectorTile tile, int rows) {
        if (rows == 4) {
            fourRows(tile);
        } else {
            oneRow(tile);
        }
    }

    private static void fourRows(VectorTile tile) {
        final int stride = tile.startStride;
        final float[] start = tile.start;
        int s0 = tile.startOffset0;
        int s1 = tile.startOffset1;
        int s2 = 2 * s1 - s0;
        int s3 = 3 * s1 - 2 * s0;
        FloatVector sum0a = FloatVector.fromArray(SPECIES, start, s0);
        FloatVector sum0b = FloatVector.fromArray(SPECIES, start, s1);
        FloatVector sum0c = FloatVector.fromArray(SPECIES, start, s2);
        FloatVector sum0d = FloatVector.fromArray(SPECIES, start, s3);
        s0 += stride;
        s1 += stride;
        s2 += stride;
        s3 += stride;
        FloatVector sum1a = FloatVector.fromArray(SPECIES, start, s0);
        FloatVector sum1b = FloatVector.fromArray(SPECIES, start, s1);
        FloatVector sum1c = FloatVector.fromArray(SPECIES, start, s2);
        FloatVector sum1d = FloatVector.fromArray(SPECIES, start, s3);
        s0 += stride;
        s1 += stride;
        s2 += stride;
        s3 += stride;
        FloatVector sum2a = FloatVector.fromArray(SPECIES, start, s0);
        FloatVector sum2b = FloatVector.fromArray(SPECIES, start, s1);
        FloatVector sum2c = FloatVector.fromArray(SPECIES, start, s2);
        FloatVector sum2d = FloatVector.fromArray(SPECIES, start, s3);
        s0 += stride;
        s1 += stride;
        s2 += stride;
        s3 += stride;
        FloatVector sum3a = FloatVector.fromArray(SPECIES, start, s0);
        FloatVector sum3b = FloatVector.fromArray(SPECIES, start, s1);
        FloatVector sum3c = FloatVector.fromArray(SPECIES, start, s2);
        FloatVector sum3d = FloatVector.fromArray(SPECIES, start, s3);
        final float[] left = tile.left;
        final int[] right = tile.rightPairs;
        final int depth = tile.depth;
        final int leftStep = tile.leftStep;
        int j = tile.rightOffset0;
        for (int k = 0, i = tile.leftOffset; k < depth; k++, i += leftStep, j += LANES) {
            IntVector codes = IntVector.fromArray(INT_SPECIES, right, j);
            FloatVector wa =
                    (FloatVector) codes.lanewise(LSHL, 24).lanewise(ASHR, 24).convert(I2F, 0);
            FloatVector wb =
                    (FloatVector) codes.lanewise(LSHL, 16).lanewise(ASHR, 24).convert(I2F, 0);
            FloatVector wc =
                    (FloatVector) codes.lanewise(LSHL, 8).lanewise(ASHR, 24).convert(I2F, 0);
            FloatVector wd = (FloatVector) codes.lanewise(ASHR, 24).convert(I2F, 0);
            FloatVector x0 = FloatVector.broadcast(SPECIES, left[i]);
            sum0a = x0.fma(wa, sum0a);
            sum0b = x0.fma(wb, sum0b);
            sum0c = x0.fma(wc, sum0c);
            sum0d = x0.fma(wd, sum0d);
            FloatVector x1 = FloatVector.broadcast(SPECIES, left[i + 1]);
            sum1a = x1.fma(wa, sum1a);
            sum1b = x1.fma(wb, sum1b);
            sum1c = x1.fma(wc, sum1c);
            sum1d = x1.fma(wd, sum1d);
            FloatVector x2 = FloatVector.broadcast(SPECIES, left[i + 2]);
            sum2a = x2.fma(wa, sum2a);
            sum2b = x2.fma(wb, sum2b);
            sum2c = x2.fma(wc, sum2c);
            sum2d = x2.fma(wd, sum2d);
            FloatVector x3 = FloatVector.broadcast(SPECIES, left[i + 3]);
            sum3a = x3.fma(wa, sum3a);
            sum3b = x3.fma(wb, sum3b);
            sum3c = x3.fma(wc, sum3c);
            sum3d = x3.fma(wd, sum3d);
        }
        final float[] result = tile.result;
        final int step = tile.resultStride;
        int r0 = tile.resultOffset0;
        int r1 = tile.resultOffset1;
        int r2 = 2 * r1 - r0;
        int r3 = 3 * r1 - 2 * r0;
        sum0a.intoArray(result, r0);
        sum0b.intoArray(result, r1);
        sum0c.intoArray(result, r2);
        sum0d.intoArray(result, r3);
        r0 += step;
        r1 += step;
        r2 += step;
        r3 += step;
        sum1a.intoArray(result, r0);
        sum1b.intoArray(result, r1);
        sum1c.intoArray(result, r2);
        sum1d.intoArray(result, r3);
        r0 += step;
        r1 += step;
        r2 += step;
        r3 += step;
        sum2a.intoArray(result, r0);
        sum2b.intoArray(result, r1);
        sum2c.intoArray(result, r2);
        sum2d.intoArray(result, r3);
        r0 += step;
        r1 += step;
        r2 += step;
        r3 += step;
        sum3a.intoArray(result, r0);
        sum3b.intoArray(result, r1);
        sum3c.intoArray(result, r2);
        sum3d.intoArray(result, r3);
    }

    private static void oneRow(VectorTile tile) {
        final float[] start = tile.start;
        int s0 = tile.startOffset0;
        int s1 = tile.startOffset1;
        int s2 = 2 * s1 - s0;
        int s3 = 3 * s1 - 2 * s0;
        FloatVector sum0a = FloatVector.fromArray(SPECIES, start, s0);
        FloatVector sum0b = FloatVector.fromArray(SPECIES, start, s1);
        FloatVector sum0c = FloatVector.fromArray(SPECIES, start, s2);
        FloatVector sum0d = FloatVector.fromArray(SPECIES, start, s3);
        final float[] left = tile.left;
        final int[] right = tile.rightPairs;
        final int depth = tile.depth;
        final int leftStep = tile.leftStep;
        int j = tile.rightOffset0;
        for (int k = 0, i = tile.leftOffset; k < depth; k++, i += leftStep, j += LANES) {
            IntVector codes = IntVector.fromArray(INT_SPECIES, right, j);
            FloatVector wa =
                    (FloatVector) codes.lanewise(LSHL, 24).lanewise(ASHR, 24).convert(I2F, 0);
            FloatVector wb =
                    (FloatVector) codes.lanewise(LSHL, 16).lanewise(ASHR, 24).convert(I2F, 0);
            FloatVector wc =
                    (FloatVector) codes.lanewise(LSHL, 8).lanewise(ASHR, 24).convert(I2F, 0);
            FloatVector wd = (FloatVector) codes.lanewise(ASHR, 24).convert(I2F, 0);
            FloatVector x0 = FloatVector.broadcast(SPECIES, left[i]);
            sum0a = x0.fma(wa, sum0a);
            sum0b = x0.fma(wb, sum0b);
            sum0c = x0.fma(wc, sum0c);
            sum0d = x0.fma(wd, sum0d);
        }
        final float[] result = tile.result;
        int r0 = tile.resultOffset0;
        int r1 = tile.resultOffset1;
        int r2 = 2 * r1 - r0;
        int r3 = 3 * r1 - 2 * r0;
        sum0a.intoArray(result, r0);
        sum0b.intoArray(result, r1);
        sum0c.intoArray(result, r2);
        sum0d.intoArray(result, r3);
    }
}
