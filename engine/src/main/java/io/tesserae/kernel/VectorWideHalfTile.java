package io.tesserae.kernel;

import static io.tesserae.kernel.HalfCode.BFLOAT16_MASK;
import static io.tesserae.kernel.HalfCode.FLOAT16_MASK;
import static io.tesserae.kernel.HalfCode.FLOAT16_SHIFT;
import static io.tesserae.kernel.VectorFunctions.INT_SPECIES;
import static io.tesserae.kernel.VectorFunctions.SPECIES;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHL;

import io.tesserae.tensor.Precision;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * The tiles of a decoder's step from weights of 16 bits: few rows by eight vectors, as {@link VectorHalfTile} has them by four. Each weight
 * is read once, in four streams, and the way to memory is the bound: on an AMD EPYC (Zen 4), one thread, 1 to 3 rows by bfloat16 weights of
 * 528 MB take 16.3, 16.6 and 17.2 ms, and a sum of all weights 16.0. Four rows by four vectors take 22.1 ms for any number of rows, since
 * the multiply-adds are the bound, those of idle rows too.
 *
 * <p>The sums of a row lie side by side. Three rows keep 24 of 32 registers for sums.
 */
final class VectorWideHalfTile {

    private static final int LANES = SPECIES.length();

    private VectorWideHalfTile() {}

    /** Computes a tile of so many rows by eight vectors: 1, or of bfloat16 up to 3. */
    static void compute(VectorTile tile, Precision precision, int rows) {
        switch (precision) {
            case BFLOAT16 -> {
                switch (rows) {
                    case 1 -> bfloat16OneRow(tile);
                    case 2 -> bfloat16TwoRows(tile);
                    case 3 -> bfloat16ThreeRows(tile);
                    default -> throw new IllegalArgumentException("no tile of " + rows + " rows by eight vectors");
                }
            }
            case FLOAT16 -> float16OneRow(tile);
            case FLOAT32, INT8 -> throw new IllegalArgumentException("no weights of 16 bits: " + precision);
        }
    }

    private static void bfloat16OneRow(VectorTile tile) {
        final float[] start = tile.start;
        int s = tile.startOffset0;
        FloatVector a = FloatVector.fromArray(SPECIES, start, s);
        FloatVector b = FloatVector.fromArray(SPECIES, start, s + LANES);
        FloatVector c = FloatVector.fromArray(SPECIES, start, s + 2 * LANES);
        FloatVector d = FloatVector.fromArray(SPECIES, start, s + 3 * LANES);
        FloatVector e = FloatVector.fromArray(SPECIES, start, s + 4 * LANES);
        FloatVector f = FloatVector.fromArray(SPECIES, start, s + 5 * LANES);
        FloatVector g = FloatVector.fromArray(SPECIES, start, s + 6 * LANES);
        FloatVector h = FloatVector.fromArray(SPECIES, start, s + 7 * LANES);
        final float[] left = tile.left;
        final int[] right = tile.rightPairs;
        final int depth = tile.depth;
        final int leftStep = tile.leftStep;
        int j0 = tile.rightOffset0;
        int j1 = tile.rightOffset1;
        int j2 = 2 * j1 - j0;
        int j3 = 3 * j1 - 2 * j0;
        for (int k = 0, i = tile.leftOffset;
                k < depth;
                k++, i += leftStep, j0 += LANES, j1 += LANES, j2 += LANES, j3 += LANES) {
            IntVector ab = IntVector.fromArray(INT_SPECIES, right, j0);
            IntVector cd = IntVector.fromArray(INT_SPECIES, right, j1);
            IntVector ef = IntVector.fromArray(INT_SPECIES, right, j2);
            IntVector gh = IntVector.fromArray(INT_SPECIES, right, j3);
            FloatVector x = FloatVector.broadcast(SPECIES, left[i]);
            a = x.fma(ab.lanewise(LSHL, 16).reinterpretAsFloats(), a);
            b = x.fma(ab.and(BFLOAT16_MASK).reinterpretAsFloats(), b);
            c = x.fma(cd.lanewise(LSHL, 16).reinterpretAsFloats(), c);
            d = x.fma(cd.and(BFLOAT16_MASK).reinterpretAsFloats(), d);
            e = x.fma(ef.lanewise(LSHL, 16).reinterpretAsFloats(), e);
            f = x.fma(ef.and(BFLOAT16_MASK).reinterpretAsFloats(), f);
            g = x.fma(gh.lanewise(LSHL, 16).reinterpretAsFloats(), g);
            h = x.fma(gh.and(BFLOAT16_MASK).reinterpretAsFloats(), h);
        }
        final float[] result = tile.result;
        int r = tile.resultOffset0;
        a.intoArray(result, r);
        b.intoArray(result, r + LANES);
        c.intoArray(result, r + 2 * LANES);
        d.intoArray(result, r + 3 * LANES);
        e.intoArray(result, r + 4 * LANES);
        f.intoArray(result, r + 5 * LANES);
        g.intoArray(result, r + 6 * LANES);
        h.intoArray(result, r + 7 * LANES);
    }

    private static void bfloat16TwoRows(VectorTile tile) {
        final float[] start = tile.start;
        final int stride = tile.startStride;
        int s = tile.startOffset0;
        FloatVector sum0a = FloatVector.fromArray(SPECIES, start, s);
        FloatVector sum0b = FloatVector.fromArray(SPECIES, start, s + LANES);
        FloatVector sum0c = FloatVector.fromArray(SPECIES, start, s + 2 * LANES);
        FloatVector sum0d = FloatVector.fromArray(SPECIES, start, s + 3 * LANES);
        FloatVector sum0e = FloatVector.fromArray(SPECIES, start, s + 4 * LANES);
        FloatVector sum0f = FloatVector.fromArray(SPECIES, start, s + 5 * LANES);
        FloatVector sum0g = FloatVector.fromArray(SPECIES, start, s + 6 * LANES);
        FloatVector sum0h = FloatVector.fromArray(SPECIES, start, s + 7 * LANES);
        s += stride;
        FloatVector sum1a = FloatVector.fromArray(SPECIES, start, s);
        FloatVector sum1b = FloatVector.fromArray(SPECIES, start, s + LANES);
        FloatVector sum1c = FloatVector.fromArray(SPECIES, start, s + 2 * LANES);
        FloatVector sum1d = FloatVector.fromArray(SPECIES, start, s + 3 * LANES);
        FloatVector sum1e = FloatVector.fromArray(SPECIES, start, s + 4 * LANES);
        FloatVector sum1f = FloatVector.fromArray(SPECIES, start, s + 5 * LANES);
        FloatVector sum1g = FloatVector.fromArray(SPECIES, start, s + 6 * LANES);
        FloatVector sum1h = FloatVector.fromArray(SPECIES, start, s + 7 * LANES);
        final float[] left = tile.left;
        final int[] right = tile.rightPairs;
        final int depth = tile.depth;
        final int leftStep = tile.leftStep;
        int j0 = tile.rightOffset0;
        int j1 = tile.rightOffset1;
        int j2 = 2 * j1 - j0;
        int j3 = 3 * j1 - 2 * j0;
        for (int k = 0, i = tile.leftOffset;
                k < depth;
                k++, i += leftStep, j0 += LANES, j1 += LANES, j2 += LANES, j3 += LANES) {
            FloatVector x0 = FloatVector.broadcast(SPECIES, left[i]);
            FloatVector x1 = FloatVector.broadcast(SPECIES, left[i + 1]);
            IntVector ab = IntVector.fromArray(INT_SPECIES, right, j0);
            FloatVector wa = ab.lanewise(LSHL, 16).reinterpretAsFloats();
            FloatVector wb = ab.and(BFLOAT16_MASK).reinterpretAsFloats();
            sum0a = x0.fma(wa, sum0a);
            sum0b = x0.fma(wb, sum0b);
            sum1a = x1.fma(wa, sum1a);
            sum1b = x1.fma(wb, sum1b);
            IntVector cd = IntVector.fromArray(INT_SPECIES, right, j1);
            FloatVector wc = cd.lanewise(LSHL, 16).reinterpretAsFloats();
            FloatVector wd = cd.and(BFLOAT16_MASK).reinterpretAsFloats();
            sum0c = x0.fma(wc, sum0c);
            sum0d = x0.fma(wd, sum0d);
            sum1c = x1.fma(wc, sum1c);
            sum1d = x1.fma(wd, sum1d);
            IntVector ef = IntVector.fromArray(INT_SPECIES, right, j2);
            FloatVector we = ef.lanewise(LSHL, 16).reinterpretAsFloats();
            FloatVector wf = ef.and(BFLOAT16_MASK).reinterpretAsFloats();
            sum0e = x0.fma(we, sum0e);
            sum0f = x0.fma(wf, sum0f);
            sum1e = x1.fma(we, sum1e);
            sum1f = x1.fma(wf, sum1f);
            IntVector gh = IntVector.fromArray(INT_SPECIES, right, j3);
            FloatVector wg = gh.lanewise(LSHL, 16).reinterpretAsFloats();
            FloatVector wh = gh.and(BFLOAT16_MASK).reinterpretAsFloats();
            sum0g = x0.fma(wg, sum0g);
            sum0h = x0.fma(wh, sum0h);
            sum1g = x1.fma(wg, sum1g);
            sum1h = x1.fma(wh, sum1h);
        }
        final float[] result = tile.result;
        final int step = tile.resultStride;
        int r = tile.resultOffset0;
        sum0a.intoArray(result, r);
        sum0b.intoArray(result, r + LANES);
        sum0c.intoArray(result, r + 2 * LANES);
        sum0d.intoArray(result, r + 3 * LANES);
        sum0e.intoArray(result, r + 4 * LANES);
        sum0f.intoArray(result, r + 5 * LANES);
        sum0g.intoArray(result, r + 6 * LANES);
        sum0h.intoArray(result, r + 7 * LANES);
        r += step;
        sum1a.intoArray(result, r);
        sum1b.intoArray(result, r + LANES);
        sum1c.intoArray(result, r + 2 * LANES);
        sum1d.intoArray(result, r + 3 * LANES);
        sum1e.intoArray(result, r + 4 * LANES);
        sum1f.intoArray(result, r + 5 * LANES);
        sum1g.intoArray(result, r + 6 * LANES);
        sum1h.intoArray(result, r + 7 * LANES);
    }

    private static void bfloat16ThreeRows(VectorTile tile) {
        final float[] start = tile.start;
        final int stride = tile.startStride;
        int s = tile.startOffset0;
        FloatVector sum0a = FloatVector.fromArray(SPECIES, start, s);
        FloatVector sum0b = FloatVector.fromArray(SPECIES, start, s + LANES);
        FloatVector sum0c = FloatVector.fromArray(SPECIES, start, s + 2 * LANES);
        FloatVector sum0d = FloatVector.fromArray(SPECIES, start, s + 3 * LANES);
        FloatVector sum0e = FloatVector.fromArray(SPECIES, start, s + 4 * LANES);
        FloatVector sum0f = FloatVector.fromArray(SPECIES, start, s + 5 * LANES);
        FloatVector sum0g = FloatVector.fromArray(SPECIES, start, s + 6 * LANES);
        FloatVector sum0h = FloatVector.fromArray(SPECIES, start, s + 7 * LANES);
        s += stride;
        FloatVector sum1a = FloatVector.fromArray(SPECIES, start, s);
        FloatVector sum1b = FloatVector.fromArray(SPECIES, start, s + LANES);
        FloatVector sum1c = FloatVector.fromArray(SPECIES, start, s + 2 * LANES);
        FloatVector sum1d = FloatVector.fromArray(SPECIES, start, s + 3 * LANES);
        FloatVector sum1e = FloatVector.fromArray(SPECIES, start, s + 4 * LANES);
        FloatVector sum1f = FloatVector.fromArray(SPECIES, start, s + 5 * LANES);
        FloatVector sum1g = FloatVector.fromArray(SPECIES, start, s + 6 * LANES);
        FloatVector sum1h = FloatVector.fromArray(SPECIES, start, s + 7 * LANES);
        s += stride;
        FloatVector sum2a = FloatVector.fromArray(SPECIES, start, s);
        FloatVector sum2b = FloatVector.fromArray(SPECIES, start, s + LANES);
        FloatVector sum2c = FloatVector.fromArray(SPECIES, start, s + 2 * LANES);
        FloatVector sum2d = FloatVector.fromArray(SPECIES, start, s + 3 * LANES);
        FloatVector sum2e = FloatVector.fromArray(SPECIES, start, s + 4 * LANES);
        FloatVector sum2f = FloatVector.fromArray(SPECIES, start, s + 5 * LANES);
        FloatVector sum2g = FloatVector.fromArray(SPECIES, start, s + 6 * LANES);
        FloatVector sum2h = FloatVector.fromArray(SPECIES, start, s + 7 * LANES);
        final float[] left = tile.left;
        final int[] right = tile.rightPairs;
        final int depth = tile.depth;
        final int leftStep = tile.leftStep;
        int j0 = tile.rightOffset0;
        int j1 = tile.rightOffset1;
        int j2 = 2 * j1 - j0;
        int j3 = 3 * j1 - 2 * j0;
        for (int k = 0, i = tile.leftOffset;
                k < depth;
                k++, i += leftStep, j0 += LANES, j1 += LANES, j2 += LANES, j3 += LANES) {
            FloatVector x0 = FloatVector.broadcast(SPECIES, left[i]);
            FloatVector x1 = FloatVector.broadcast(SPECIES, left[i + 1]);
            FloatVector x2 = FloatVector.broadcast(SPECIES, left[i + 2]);
            IntVector ab = IntVector.fromArray(INT_SPECIES, right, j0);
            FloatVector wa = ab.lanewise(LSHL, 16).reinterpretAsFloats();
            FloatVector wb = ab.and(BFLOAT16_MASK).reinterpretAsFloats();
            sum0a = x0.fma(wa, sum0a);
            sum0b = x0.fma(wb, sum0b);
            sum1a = x1.fma(wa, sum1a);
            sum1b = x1.fma(wb, sum1b);
            sum2a = x2.fma(wa, sum2a);
            sum2b = x2.fma(wb, sum2b);
            IntVector cd = IntVector.fromArray(INT_SPECIES, right, j1);
            FloatVector wc = cd.lanewise(LSHL, 16).reinterpretAsFloats();
            FloatVector wd = cd.and(BFLOAT16_MASK).reinterpretAsFloats();
            sum0c = x0.fma(wc, sum0c);
            sum0d = x0.fma(wd, sum0d);
            sum1c = x1.fma(wc, sum1c);
            sum1d = x1.fma(wd, sum1d);
            sum2c = x2.fma(wc, sum2c);
            sum2d = x2.fma(wd, sum2d);
            IntVector ef = IntVector.fromArray(INT_SPECIES, right, j2);
            FloatVector we = ef.lanewise(LSHL, 16).reinterpretAsFloats();
            FloatVector wf = ef.and(BFLOAT16_MASK).reinterpretAsFloats();
            sum0e = x0.fma(we, sum0e);
            sum0f = x0.fma(wf, sum0f);
            sum1e = x1.fma(we, sum1e);
            sum1f = x1.fma(wf, sum1f);
            sum2e = x2.fma(we, sum2e);
            sum2f = x2.fma(wf, sum2f);
            IntVector gh = IntVector.fromArray(INT_SPECIES, right, j3);
            FloatVector wg = gh.lanewise(LSHL, 16).reinterpretAsFloats();
            FloatVector wh = gh.and(BFLOAT16_MASK).reinterpretAsFloats();
            sum0g = x0.fma(wg, sum0g);
            sum0h = x0.fma(wh, sum0h);
            sum1g = x1.fma(wg, sum1g);
            sum1h = x1.fma(wh, sum1h);
            sum2g = x2.fma(wg, sum2g);
            sum2h = x2.fma(wh, sum2h);
        }
        final float[] result = tile.result;
        final int step = tile.resultStride;
        int r = tile.resultOffset0;
        sum0a.intoArray(result, r);
        sum0b.intoArray(result, r + LANES);
        sum0c.intoArray(result, r + 2 * LANES);
        sum0d.intoArray(result, r + 3 * LANES);
        sum0e.intoArray(result, r + 4 * LANES);
        sum0f.intoArray(result, r + 5 * LANES);
        sum0g.intoArray(result, r + 6 * LANES);
        sum0h.intoArray(result, r + 7 * LANES);
        r += step;
        sum1a.intoArray(result, r);
        sum1b.intoArray(result, r + LANES);
        sum1c.intoArray(result, r + 2 * LANES);
        sum1d.intoArray(result, r + 3 * LANES);
        sum1e.intoArray(result, r + 4 * LANES);
        sum1f.intoArray(result, r + 5 * LANES);
        sum1g.intoArray(result, r + 6 * LANES);
        sum1h.intoArray(result, r + 7 * LANES);
        r += step;
        sum2a.intoArray(result, r);
        sum2b.intoArray(result, r + LANES);
        sum2c.intoArray(result, r + 2 * LANES);
        sum2d.intoArray(result, r + 3 * LANES);
        sum2e.intoArray(result, r + 4 * LANES);
        sum2f.intoArray(result, r + 5 * LANES);
        sum2g.intoArray(result, r + 6 * LANES);
        sum2h.intoArray(result, r + 7 * LANES);
    }

    /** The activations have been multiplied by {@link HalfCode#FLOAT16_FACTOR}. */
    private static void float16OneRow(VectorTile tile) {
        final float[] start = tile.start;
        int s = tile.startOffset0;
        FloatVector a = FloatVector.fromArray(SPECIES, start, s);
        FloatVector b = FloatVector.fromArray(SPECIES, start, s + LANES);
        FloatVector c = FloatVector.fromArray(SPECIES, start, s + 2 * LANES);
        FloatVector d = FloatVector.fromArray(SPECIES, start, s + 3 * LANES);
        FloatVector e = FloatVector.fromArray(SPECIES, start, s + 4 * LANES);
        FloatVector f = FloatVector.fromArray(SPECIES, start, s + 5 * LANES);
        FloatVector g = FloatVector.fromArray(SPECIES, start, s + 6 * LANES);
        FloatVector h = FloatVector.fromArray(SPECIES, start, s + 7 * LANES);
        final float[] left = tile.left;
        final int[] right = tile.rightPairs;
        final int depth = tile.depth;
        final int leftStep = tile.leftStep;
        int j0 = tile.rightOffset0;
        int j1 = tile.rightOffset1;
        int j2 = 2 * j1 - j0;
        int j3 = 3 * j1 - 2 * j0;
        for (int k = 0, i = tile.leftOffset;
                k < depth;
                k++, i += leftStep, j0 += LANES, j1 += LANES, j2 += LANES, j3 += LANES) {
            IntVector ab = IntVector.fromArray(INT_SPECIES, right, j0);
            IntVector cd = IntVector.fromArray(INT_SPECIES, right, j1);
            IntVector ef = IntVector.fromArray(INT_SPECIES, right, j2);
            IntVector gh = IntVector.fromArray(INT_SPECIES, right, j3);
            FloatVector x = FloatVector.broadcast(SPECIES, left[i]);
            a = x.fma(
                    ab.lanewise(LSHL, 16)
                            .lanewise(ASHR, FLOAT16_SHIFT)
                            .and(FLOAT16_MASK)
                            .reinterpretAsFloats(),
                    a);
            b = x.fma(ab.lanewise(ASHR, FLOAT16_SHIFT).and(FLOAT16_MASK).reinterpretAsFloats(), b);
            c = x.fma(
                    cd.lanewise(LSHL, 16)
                            .lanewise(ASHR, FLOAT16_SHIFT)
                            .and(FLOAT16_MASK)
                            .reinterpretAsFloats(),
                    c);
            d = x.fma(cd.lanewise(ASHR, FLOAT16_SHIFT).and(FLOAT16_MASK).reinterpretAsFloats(), d);
            e = x.fma(
                    ef.lanewise(LSHL, 16)
                            .lanewise(ASHR, FLOAT16_SHIFT)
                            .and(FLOAT16_MASK)
                            .reinterpretAsFloats(),
                    e);
            f = x.fma(ef.lanewise(ASHR, FLOAT16_SHIFT).and(FLOAT16_MASK).reinterpretAsFloats(), f);
            g = x.fma(
                    gh.lanewise(LSHL, 16)
                            .lanewise(ASHR, FLOAT16_SHIFT)
                            .and(FLOAT16_MASK)
                            .reinterpretAsFloats(),
                    g);
            h = x.fma(gh.lanewise(ASHR, FLOAT16_SHIFT).and(FLOAT16_MASK).reinterpretAsFloats(), h);
        }
        final float[] result = tile.result;
        int r = tile.resultOffset0;
        a.intoArray(result, r);
        b.intoArray(result, r + LANES);
        c.intoArray(result, r + 2 * LANES);
        d.intoArray(result, r + 3 * LANES);
        e.intoArray(result, r + 4 * LANES);
        f.intoArray(result, r + 5 * LANES);
        g.intoArray(result, r + 6 * LANES);
        h.intoArray(result, r + 7 * LANES);
    }
}
