package io.tesserae.kernel;

import static io.tesserae.kernel.VectorFunctions.SPECIES;

import io.tesserae.tensor.Precision;
import jdk.incubator.vector.FloatVector;

/**
 * The innermost loop: a few rows of activations times two vectors of weight columns, or four or six, all sums in registers.
 *
 * <p>For every row r and column c of the tile, {@code result[r][c] = start[r][c] + Σ left[k][r] · right[k][c]}, as a chain of
 * fused multiply-adds with k ascending. Lanes run along the columns, so no sum ever crosses lanes, and the bits are those of
 * the scalar chain at any vector width.
 *
 * <p>Weights are touched ahead, see {@link #touch}: a product of 128 rows with weights of 9 MB, which the third-level cache
 * holds, went from 143-150 to 171 GFLOP/s that way (FMA peak 211), with 170 MB of weights from 130 to 137, and a few percent
 * further with the first lines of pages read together. The loop of 12 rows takes two steps at a time, so that the touch
 * costs nothing; with a touch each step products in the second-level cache lost 5 %. Where there are 16 registers that is one
 * weight too many: 6 rows did 65 GFLOP/s so on an AMD EPYC with AVX2, and do 94 a step at a time, without touching (peak 105).
 *
 * <p>A full tile of 12 rows keeps 24 accumulators, two weight vectors and one broadcast: 27 of AVX-512's or NEON's 32
 * registers; 6 rows keep 15 of AVX2's 16. The loops are written out, one method per tile height, because C2 keeps
 * accumulators in registers only where each is a local variable of its own, and inlines no method that returns a vector
 * reliably. Operands are fields, set before the call and copied into locals: a tile has more of them than an argument
 * list can bear.
 */
final class VectorTile {

    private static final int LANES = SPECIES.length();

    /** Floats in a line of the caches. */
    private static final int CACHE_LINE = 16;

    /** Floats in a page of memory. */
    private static final int PAGE = 1024;

    int depth;
    float[] left;
    int leftOffset;
    int leftStep;
    private float[] right;
    int[] rightPairs; // instead of right, where weights have 16 bits, or 8
    private Precision rightPrecision;
    int rightOffset0;
    int rightOffset1;
    float[] start;
    int startOffset0;
    int startOffset1;
    int startStride;
    float[] result;
    int resultOffset0;
    int resultOffset1;
    int resultStride;
    private float[] next = VectorKernels.ZEROS; // always has an element at nextOffset
    private int nextOffset;
    private int nextStep;
    /** Takes what {@link #touch} read, so that reading it is not optimised away. */
    private int touched;

    /** The length of the sums, and the activations: {@code [depth][tile rows]} from {@code offset} on, a step from one to the next. */
    VectorTile left(int depth, float[] data, int offset, int step) {
        this.depth = depth;
        left = data;
        leftOffset = offset;
        leftStep = step;
        return this;
    }

    /** The weights: two groups of columns, each {@code [depth][lanes]} from its own offset on. */
    VectorTile right(float[] data, int offset0, int offset1) {
        right = data;
        rightPairs = null;
        rightOffset0 = offset0;
        rightOffset1 = offset1;
        return this;
    }

    /** Weights of 16 bits, for {@link VectorHalfTile} and {@link VectorWideHalfTile}: pairs of groups of columns, see {@link PackedMatrix}. */
    VectorTile rightHalves(Precision precision, int[] pairs, int offset0, int offset1) {
        rightPrecision = precision;
        rightPairs = pairs;
        rightOffset0 = offset0;
        rightOffset1 = offset1;
        return this;
    }

    /** Weights of 8 bits, for {@link VectorByteTile}: four groups of columns, see {@link PackedMatrix}. */
    VectorTile rightBytes(int[] fours, int offset) {
        rightPrecision = Precision.INT8;
        rightPairs = fours;
        rightOffset0 = offset;
        return this;
    }

    /** What the sums begin with: a row of columns at each stride; a stride of 0 begins every row alike, as a bias does. */
    VectorTile start(float[] data, int offset0, int offset1, int stride) {
        start = data;
        startOffset0 = offset0;
        startOffset1 = offset1;
        startStride = stride;
        return this;
    }

    /** Where the sums go: the first vector of each row from {@code offset0} on, the second from {@code offset1} on. */
    VectorTile result(float[] data, int offset0, int offset1, int stride) {
        result = data;
        resultOffset0 = offset0;
        resultOffset1 = offset1;
        resultStride = stride;
        return this;
    }

    /**
     * The weights that come next: a tile of 12 rows reads one value of them every other step, {@code step} values on from the
     * last, and so brings them into the second-level cache while it computes. Nothing is done with the values. There is no
     * prefetch instruction to be had from Java, and a load by itself is what starts the hardware's prefetcher.
     */
    VectorTile touch(float[] data, int offset, int step) {
        next = data;
        nextOffset = offset;
        nextStep = step;
        return this;
    }

    /**
     * Reads the first lines of every page of what comes next. The hardware's prefetcher follows within a page of memory only, and wants
     * to see a few lines of it first. All pages together are one wait; a page at a time, before the tile that touches the rest of it, each was a
     * wait of its own, longer than the processor can look ahead: 2 to 6 % of a pass of 8x128, by {@code perf}'s samples.
     *
     * @param count values that come next
     */
    void touchPages(float[] data, int offset, int count) {
        int touches = 0;
        int page = Math.ceilDiv(offset - PackedMatrix.ALIGNMENT, PAGE) * PAGE + PackedMatrix.ALIGNMENT;
        for (; page < offset + count - 2 * CACHE_LINE; page += PAGE) {
            touches |= Float.floatToRawIntBits(data[page]);
            touches |= Float.floatToRawIntBits(data[page + CACHE_LINE]);
            touches |= Float.floatToRawIntBits(data[page + 2 * CACHE_LINE]);
        }
        touched = touches;
    }

    /** Nothing comes next: takes back what {@link #touch} said. */
    VectorTile touchNothing() {
        return touch(VectorKernels.ZEROS, 0, 0);
    }

    /**
     * Computes a tile of so many rows: one of the heights that {@link TileShape#nextRows} gives.
     *
     * @param vectors 2; or 4 or 6 with 4 rows or 1; or 8 with 1: each lies as far behind the one before as the second behind the
     *     first, and sums of eight lie side by side
     */
    void compute(int rows, int vectors) {
        if (rightPairs != null && rightPrecision == Precision.INT8) {
            VectorByteTile.compute(this, rows);
            return;
        }
        if (rightPairs != null) {
            VectorHalfTile.compute(this, rightPrecision, rows, vectors);
            return;
        }
        switch (vectors) {
            case 8 -> eightVectors();
            case 6 -> sixVectors(rows);
            case 4 -> fourVectors(rows);
            default -> twoVectors(rows);
        }
    }

    private void fourVectors(int rows) {
        if (rows == 1) {
            rows1Wide();
        } else {
            rows4Wide();
        }
    }

    /** Of one row: as two tiles, for only weights of 16 bits that had to be widened come so. */
    private void eightVectors() {
        rows1Wide();
        int four = 4 * (rightOffset1 - rightOffset0);
        rightOffset0 += four;
        rightOffset1 += four;
        startOffset0 += 4 * LANES;
        startOffset1 += 4 * LANES;
        resultOffset0 += 4 * LANES;
        resultOffset1 += 4 * LANES;
        rows1Wide();
    }

    private void sixVectors(int rows) {
        if (rows == 1) {
            rows1Wider();
        } else {
            rows4Wider();
        }
    }

    private void twoVectors(int rows) {
        switch (rows) {
            case 12 -> rows12();
            case 8 -> rows8();
            case 6 -> rows6();
            case 4 -> rows4();
            case 2 -> rows2();
            case 1 -> rows1();
            default -> throw new IllegalArgumentException("no tile of " + rows + " rows");
        }
    }

    private void rows12() {
        final float[] start = this.start;
        final int stride = startStride;
        int s0 = startOffset0;
        int s1 = startOffset1;
        FloatVector sum0a = FloatVector.fromArray(SPECIES, start, s0);
        FloatVector sum0b = FloatVector.fromArray(SPECIES, start, s1);
        s0 += stride;
        s1 += stride;
        FloatVector sum1a = FloatVector.fromArray(SPECIES, start, s0);
        FloatVector sum1b = FloatVector.fromArray(SPECIES, start, s1);
        s0 += stride;
        s1 += stride;
        FloatVector sum2a = FloatVector.fromArray(SPECIES, start, s0);
        FloatVector sum2b = FloatVector.fromArray(SPECIES, start, s1);
        s0 += stride;
        s1 += stride;
        FloatVector sum3a = FloatVector.fromArray(SPECIES, start, s0);
        FloatVector sum3b = FloatVector.fromArray(SPECIES, start, s1);
        s0 += stride;
        s1 += stride;
        FloatVector sum4a = FloatVector.fromArray(SPECIES, start, s0);
        FloatVector sum4b = FloatVector.fromArray(SPECIES, start, s1);
        s0 += stride;
        s1 += stride;
        FloatVector sum5a = FloatVector.fromArray(SPECIES, start, s0);
        FloatVector sum5b = FloatVector.fromArray(SPECIES, start, s1);
        s0 += stride;
        s1 += stride;
        FloatVector sum6a = FloatVector.fromArray(SPECIES, start, s0);
        FloatVector sum6b = FloatVector.fromArray(SPECIES, start, s1);
        s0 += stride;
        s1 += stride;
        FloatVector sum7a = FloatVector.fromArray(SPECIES, start, s0);
        FloatVector sum7b = FloatVector.fromArray(SPECIES, start, s1);
        s0 += stride;
        s1 += stride;
        FloatVector sum8a = FloatVector.fromArray(SPECIES, start, s0);
        FloatVector sum8b = FloatVector.fromArray(SPECIES, start, s1);
        s0 += stride;
        s1 += stride;
        FloatVector sum9a = FloatVector.fromArray(SPECIES, start, s0);
        FloatVector sum9b = FloatVector.fromArray(SPECIES, start, s1);
        s0 += stride;
        s1 += stride;
        FloatVector sum10a = FloatVector.fromArray(SPECIES, start, s0);
        FloatVector sum10b = FloatVector.fromArray(SPECIES, start, s1);
        s0 += stride;
        s1 += stride;
        FloatVector sum11a = FloatVector.fromArray(SPECIES, start, s0);
        FloatVector sum11b = FloatVector.fromArray(SPECIES, start, s1);
        final float[] left = this.left;
        final float[] right = this.right;
        final int depth = this.depth;
        final int leftStep = this.leftStep;
        final float[] next = this.next;
        final int ahead = nextStep;
        int touches = 0;
        int k = 0;
        int i = leftOffset;
        int j0 = rightOffset0;
        int j1 = rightOffset1;
        for (int t = nextOffset;
                k < depth - 1;
                k += 2, i += 2 * leftStep, j0 += 2 * LANES, j1 += 2 * LANES, t += ahead) {
            touches |= Float.floatToRawIntBits(next[t]);
            FloatVector wa = FloatVector.fromArray(SPECIES, right, j0);
            FloatVector wb = FloatVector.fromArray(SPECIES, right, j1);
            FloatVector x0 = FloatVector.broadcast(SPECIES, left[i]);
            sum0a = x0.fma(wa, sum0a);
            sum0b = x0.fma(wb, sum0b);
            FloatVector x1 = FloatVector.broadcast(SPECIES, left[i + 1]);
            sum1a = x1.fma(wa, sum1a);
            sum1b = x1.fma(wb, sum1b);
            FloatVector x2 = FloatVector.broadcast(SPECIES, left[i + 2]);
            sum2a = x2.fma(wa, sum2a);
            sum2b = x2.fma(wb, sum2b);
            FloatVector x3 = FloatVector.broadcast(SPECIES, left[i + 3]);
            sum3a = x3.fma(wa, sum3a);
            sum3b = x3.fma(wb, sum3b);
            FloatVector x4 = FloatVector.broadcast(SPECIES, left[i + 4]);
            sum4a = x4.fma(wa, sum4a);
            sum4b = x4.fma(wb, sum4b);
            FloatVector x5 = FloatVector.broadcast(SPECIES, left[i + 5]);
            sum5a = x5.fma(wa, sum5a);
            sum5b = x5.fma(wb, sum5b);
            FloatVector x6 = FloatVector.broadcast(SPECIES, left[i + 6]);
            sum6a = x6.fma(wa, sum6a);
            sum6b = x6.fma(wb, sum6b);
            FloatVector x7 = FloatVector.broadcast(SPECIES, left[i + 7]);
            sum7a = x7.fma(wa, sum7a);
            sum7b = x7.fma(wb, sum7b);
            FloatVector x8 = FloatVector.broadcast(SPECIES, left[i + 8]);
            sum8a = x8.fma(wa, sum8a);
            sum8b = x8.fma(wb, sum8b);
            FloatVector x9 = FloatVector.broadcast(SPECIES, left[i + 9]);
            sum9a = x9.fma(wa, sum9a);
            sum9b = x9.fma(wb, sum9b);
            FloatVector x10 = FloatVector.broadcast(SPECIES, left[i + 10]);
            sum10a = x10.fma(wa, sum10a);
            sum10b = x10.fma(wb, sum10b);
            FloatVector x11 = FloatVector.broadcast(SPECIES, left[i + 11]);
            sum11a = x11.fma(wa, sum11a);
            sum11b = x11.fma(wb, sum11b);
            int iNext = i + leftStep;
            FloatVector waNext = FloatVector.fromArray(SPECIES, right, j0 + LANES);
            FloatVector wbNext = FloatVector.fromArray(SPECIES, right, j1 + LANES);
            FloatVector x0Next = FloatVector.broadcast(SPECIES, left[iNext]);
            sum0a = x0Next.fma(waNext, sum0a);
            sum0b = x0Next.fma(wbNext, sum0b);
            FloatVector x1Next = FloatVector.broadcast(SPECIES, left[iNext + 1]);
            sum1a = x1Next.fma(waNext, sum1a);
            sum1b = x1Next.fma(wbNext, sum1b);
            FloatVector x2Next = FloatVector.broadcast(SPECIES, left[iNext + 2]);
            sum2a = x2Next.fma(waNext, sum2a);
            sum2b = x2Next.fma(wbNext, sum2b);
            FloatVector x3Next = FloatVector.broadcast(SPECIES, left[iNext + 3]);
            sum3a = x3Next.fma(waNext, sum3a);
            sum3b = x3Next.fma(wbNext, sum3b);
            FloatVector x4Next = FloatVector.broadcast(SPECIES, left[iNext + 4]);
            sum4a = x4Next.fma(waNext, sum4a);
            sum4b = x4Next.fma(wbNext, sum4b);
            FloatVector x5Next = FloatVector.broadcast(SPECIES, left[iNext + 5]);
            sum5a = x5Next.fma(waNext, sum5a);
            sum5b = x5Next.fma(wbNext, sum5b);
            FloatVector x6Next = FloatVector.broadcast(SPECIES, left[iNext + 6]);
            sum6a = x6Next.fma(waNext, sum6a);
            sum6b = x6Next.fma(wbNext, sum6b);
            FloatVector x7Next = FloatVector.broadcast(SPECIES, left[iNext + 7]);
            sum7a = x7Next.fma(waNext, sum7a);
            sum7b = x7Next.fma(wbNext, sum7b);
            FloatVector x8Next = FloatVector.broadcast(SPECIES, left[iNext + 8]);
            sum8a = x8Next.fma(waNext, sum8a);
            sum8b = x8Next.fma(wbNext, sum8b);
            FloatVector x9Next = FloatVector.broadcast(SPECIES, left[iNext + 9]);
            sum9a = x9Next.fma(waNext, sum9a);
            sum9b = x9Next.fma(wbNext, sum9b);
            FloatVector x10Next = FloatVector.broadcast(SPECIES, left[iNext + 10]);
            sum10a = x10Next.fma(waNext, sum10a);
            sum10b = x10Next.fma(wbNext, sum10b);
            FloatVector x11Next = FloatVector.broadcast(SPECIES, left[iNext + 11]);
            sum11a = x11Next.fma(waNext, sum11a);
            sum11b = x11Next.fma(wbNext, sum11b);
        }
        if (k < depth) {
            FloatVector wa = FloatVector.fromArray(SPECIES, right, j0);
            FloatVector wb = FloatVector.fromArray(SPECIES, right, j1);
            FloatVector x0 = FloatVector.broadcast(SPECIES, left[i]);
            sum0a = x0.fma(wa, sum0a);
            sum0b = x0.fma(wb, sum0b);
            FloatVector x1 = FloatVector.broadcast(SPECIES, left[i + 1]);
            sum1a = x1.fma(wa, sum1a);
            sum1b = x1.fma(wb, sum1b);
            FloatVector x2 = FloatVector.broadcast(SPECIES, left[i + 2]);
            sum2a = x2.fma(wa, sum2a);
            sum2b = x2.fma(wb, sum2b);
            FloatVector x3 = FloatVector.broadcast(SPECIES, left[i + 3]);
            sum3a = x3.fma(wa, sum3a);
            sum3b = x3.fma(wb, sum3b);
            FloatVector x4 = FloatVector.broadcast(SPECIES, left[i + 4]);
            sum4a = x4.fma(wa, sum4a);
            sum4b = x4.fma(wb, sum4b);
            FloatVector x5 = FloatVector.broadcast(SPECIES, left[i + 5]);
            sum5a = x5.fma(wa, sum5a);
            sum5b = x5.fma(wb, sum5b);
            FloatVector x6 = FloatVector.broadcast(SPECIES, left[i + 6]);
            sum6a = x6.fma(wa, sum6a);
            sum6b = x6.fma(wb, sum6b);
            FloatVector x7 = FloatVector.broadcast(SPECIES, left[i + 7]);
            sum7a = x7.fma(wa, sum7a);
            sum7b = x7.fma(wb, sum7b);
            FloatVector x8 = FloatVector.broadcast(SPECIES, left[i + 8]);
            sum8a = x8.fma(wa, sum8a);
            sum8b = x8.fma(wb, sum8b);
            FloatVector x9 = FloatVector.broadcast(SPECIES, left[i + 9]);
            sum9a = x9.fma(wa, sum9a);
            sum9b = x9.fma(wb, sum9b);
            FloatVector x10 = FloatVector.broadcast(SPECIES, left[i + 10]);
            sum10a = x10.fma(wa, sum10a);
            sum10b = x10.fma(wb, sum10b);
            FloatVector x11 = FloatVector.broadcast(SPECIES, left[i + 11]);
            sum11a = x11.fma(wa, sum11a);
            sum11b = x11.fma(wb, sum11b);
        }
        touched = touches;
        final float[] result = this.result;
        final int step = resultStride;
        int r0 = resultOffset0;
        int r1 = resultOffset1;
        sum0a.intoArray(result, r0);
        sum0b.intoArray(result, r1);
        r0 += step;
        r1 += step;
        sum1a.intoArray(result, r0);
        sum1b.intoArray(result, r1);
        r0 += step;
        r1 += step;
        sum2a.intoArray(result, r0);
        sum2b.intoArray(result, r1);
        r0 += step;
        r1 += step;
        sum3a.intoArray(result, r0);
        sum3b.intoArray(result, r1);
        r0 += step;
        r1 += step;
        sum4a.intoArray(result, r0);
        sum4b.intoArray(result, r1);
        r0 += step;
        r1 += step;
        sum5a.intoArray(result, r0);
        sum5b.intoArray(result, r1);
        r0 += step;
        r1 += step;
        sum6a.intoArray(result, r0);
        sum6b.intoArray(result, r1);
        r0 += step;
        r1 += step;
        sum7a.intoArray(result, r0);
        sum7b.intoArray(result, r1);
        r0 += step;
        r1 += step;
        sum8a.intoArray(result, r0);
        sum8b.intoArray(result, r1);
        r0 += step;
        r1 += step;
        sum9a.intoArray(result, r0);
        sum9b.intoArray(result, r1);
        r0 += step;
        r1 += step;
        sum10a.intoArray(result, r0);
        sum10b.intoArray(result, r1);
        r0 += step;
        r1 += step;
        sum11a.intoArray(result, r0);
        sum11b.intoArray(result, r1);
    }

    private void rows8() {
        final float[] start = this.start;
        final int stride = startStride;
        int s0 = startOffset0;
        int s1 = startOffset1;
        FloatVector sum0a = FloatVector.fromArray(SPECIES, start, s0);
        FloatVector sum0b = FloatVector.fromArray(SPECIES, start, s1);
        s0 += stride;
        s1 += stride;
        FloatVector sum1a = FloatVector.fromArray(SPECIES, start, s0);
        FloatVector sum1b = FloatVector.fromArray(SPECIES, start, s1);
        s0 += stride;
        s1 += stride;
        FloatVector sum2a = FloatVector.fromArray(SPECIES, start, s0);
        FloatVector sum2b = FloatVector.fromArray(SPECIES, start, s1);
        s0 += stride;
        s1 += stride;
        FloatVector sum3a = FloatVector.fromArray(SPECIES, start, s0);
        FloatVector sum3b = FloatVector.fromArray(SPECIES, start, s1);
        s0 += stride;
        s1 += stride;
        FloatVector sum4a = FloatVector.fromArray(SPECIES, start, s0);
        FloatVector sum4b = FloatVector.fromArray(SPECIES, start, s1);
        s0 += stride;
        s1 += stride;
        FloatVector sum5a = FloatVector.fromArray(SPECIES, start, s0);
        FloatVector sum5b = FloatVector.fromArray(SPECIES, start, s1);
        s0 += stride;
        s1 += stride;
        FloatVector sum6a = FloatVector.fromArray(SPECIES, start, s0);
        FloatVector sum6b = FloatVector.fromArray(SPECIES, start, s1);
        s0 += stride;
        s1 += stride;
        FloatVector sum7a = FloatVector.fromArray(SPECIES, start, s0);
        FloatVector sum7b = FloatVector.fromArray(SPECIES, start, s1);
        final float[] left = this.left;
        final float[] right = this.right;
        final int depth = this.depth;
        final int leftStep = this.leftStep;
        for (int k = 0, i = leftOffset, j0 = rightOffset0, j1 = rightOffset1;
                k < depth;
                k++, i += leftStep, j0 += LANES, j1 += LANES) {
            FloatVector wa = FloatVector.fromArray(SPECIES, right, j0);
            FloatVector wb = FloatVector.fromArray(SPECIES, right, j1);
            FloatVector x0 = FloatVector.broadcast(SPECIES, left[i]);
            sum0a = x0.fma(wa, sum0a);
            sum0b = x0.fma(wb, sum0b);
            FloatVector x1 = FloatVector.broadcast(SPECIES, left[i + 1]);
            sum1a = x1.fma(wa, sum1a);
            sum1b = x1.fma(wb, sum1b);
            FloatVector x2 = FloatVector.broadcast(SPECIES, left[i + 2]);
            sum2a = x2.fma(wa, sum2a);
            sum2b = x2.fma(wb, sum2b);
            FloatVector x3 = FloatVector.broadcast(SPECIES, left[i + 3]);
            sum3a = x3.fma(wa, sum3a);
            sum3b = x3.fma(wb, sum3b);
            FloatVector x4 = FloatVector.broadcast(SPECIES, left[i + 4]);
            sum4a = x4.fma(wa, sum4a);
            sum4b = x4.fma(wb, sum4b);
            FloatVector x5 = FloatVector.broadcast(SPECIES, left[i + 5]);
            sum5a = x5.fma(wa, sum5a);
            sum5b = x5.fma(wb, sum5b);
            FloatVector x6 = FloatVector.broadcast(SPECIES, left[i + 6]);
            sum6a = x6.fma(wa, sum6a);
            sum6b = x6.fma(wb, sum6b);
            FloatVector x7 = FloatVector.broadcast(SPECIES, left[i + 7]);
            sum7a = x7.fma(wa, sum7a);
            sum7b = x7.fma(wb, sum7b);
        }
        final float[] result = this.result;
        final int step = resultStride;
        int r0 = resultOffset0;
        int r1 = resultOffset1;
        sum0a.intoArray(result, r0);
        sum0b.intoArray(result, r1);
        r0 += step;
        r1 += step;
        sum1a.intoArray(result, r0);
        sum1b.intoArray(result, r1);
        r0 += step;
        r1 += step;
        sum2a.intoArray(result, r0);
        sum2b.intoArray(result, r1);
        r0 += step;
        r1 += step;
        sum3a.intoArray(result, r0);
        sum3b.intoArray(result, r1);
        r0 += step;
        r1 += step;
        sum4a.intoArray(result, r0);
        sum4b.intoArray(result, r1);
        r0 += step;
        r1 += step;
        sum5a.intoArray(result, r0);
        sum5b.intoArray(result, r1);
        r0 += step;
        r1 += step;
        sum6a.intoArray(result, r0);
        sum6b.intoArray(result, r1);
        r0 += step;
        r1 += step;
        sum7a.intoArray(result, r0);
        sum7b.intoArray(result, r1);
    }

    private void rows6() {
        final float[] start = this.start;
        final int stride = startStride;
        int s0 = startOffset0;
        int s1 = startOffset1;
        FloatVector sum0a = FloatVector.fromArray(SPECIES, start, s0);
        FloatVector sum0b = FloatVector.fromArray(SPECIES, start, s1);
        s0 += stride;
        s1 += stride;
        FloatVector sum1a = FloatVector.fromArray(SPECIES, start, s0);
        FloatVector sum1b = FloatVector.fromArray(SPECIES, start, s1);
        s0 += stride;
        s1 += stride;
        FloatVector sum2a = FloatVector.fromArray(SPECIES, start, s0);
        FloatVector sum2b = FloatVector.fromArray(SPECIES, start, s1);
        s0 += stride;
        s1 += stride;
        FloatVector sum3a = FloatVector.fromArray(SPECIES, start, s0);
        FloatVector sum3b = FloatVector.fromArray(SPECIES, start, s1);
        s0 += stride;
        s1 += stride;
        FloatVector sum4a = FloatVector.fromArray(SPECIES, start, s0);
        FloatVector sum4b = FloatVector.fromArray(SPECIES, start, s1);
        s0 += stride;
        s1 += stride;
        FloatVector sum5a = FloatVector.fromArray(SPECIES, start, s0);
        FloatVector sum5b = FloatVector.fromArray(SPECIES, start, s1);
        final float[] left = this.left;
        final float[] right = this.right;
        final int depth = this.depth;
        final int leftStep = this.leftStep;
        for (int k = 0, i = leftOffset, j0 = rightOffset0, j1 = rightOffset1;
                k < depth;
                k++, i += leftStep, j0 += LANES, j1 += LANES) {
            FloatVector wa = FloatVector.fromArray(SPECIES, right, j0);
            FloatVector wb = FloatVector.fromArray(SPECIES, right, j1);
            FloatVector x0 = FloatVector.broadcast(SPECIES, left[i]);
            sum0a = x0.fma(wa, sum0a);
            sum0b = x0.fma(wb, sum0b);
            FloatVector x1 = FloatVector.broadcast(SPECIES, left[i + 1]);
            sum1a = x1.fma(wa, sum1a);
            sum1b = x1.fma(wb, sum1b);
            FloatVector x2 = FloatVector.broadcast(SPECIES, left[i + 2]);
            sum2a = x2.fma(wa, sum2a);
            sum2b = x2.fma(wb, sum2b);
            FloatVector x3 = FloatVector.broadcast(SPECIES, left[i + 3]);
            sum3a = x3.fma(wa, sum3a);
            sum3b = x3.fma(wb, sum3b);
            FloatVector x4 = FloatVector.broadcast(SPECIES, left[i + 4]);
            sum4a = x4.fma(wa, sum4a);
            sum4b = x4.fma(wb, sum4b);
            FloatVector x5 = FloatVector.broadcast(SPECIES, left[i + 5]);
            sum5a = x5.fma(wa, sum5a);
            sum5b = x5.fma(wb, sum5b);
        }
        final float[] result = this.result;
        final int step = resultStride;
        int r0 = resultOffset0;
        int r1 = resultOffset1;
        sum0a.intoArray(result, r0);
        sum0b.intoArray(result, r1);
        r0 += step;
        r1 += step;
        sum1a.intoArray(result, r0);
        sum1b.intoArray(result, r1);
        r0 += step;
        r1 += step;
        sum2a.intoArray(result, r0);
        sum2b.intoArray(result, r1);
        r0 += step;
        r1 += step;
        sum3a.intoArray(result, r0);
        sum3b.intoArray(result, r1);
        r0 += step;
        r1 += step;
        sum4a.intoArray(result, r0);
        sum4b.intoArray(result, r1);
        r0 += step;
        r1 += step;
        sum5a.intoArray(result, r0);
        sum5b.intoArray(result, r1);
    }

    private void rows4() {
        final float[] start = this.start;
        final int stride = startStride;
        int s0 = startOffset0;
        int s1 = startOffset1;
        FloatVector sum0a = FloatVector.fromArray(SPECIES, start, s0);
        FloatVector sum0b = FloatVector.fromArray(SPECIES, start, s1);
        s0 += stride;
        s1 += stride;
        FloatVector sum1a = FloatVector.fromArray(SPECIES, start, s0);
        FloatVector sum1b = FloatVector.fromArray(SPECIES, start, s1);
        s0 += stride;
        s1 += stride;
        FloatVector sum2a = FloatVector.fromArray(SPECIES, start, s0);
        FloatVector sum2b = FloatVector.fromArray(SPECIES, start, s1);
        s0 += stride;
        s1 += stride;
        FloatVector sum3a = FloatVector.fromArray(SPECIES, start, s0);
        FloatVector sum3b = FloatVector.fromArray(SPECIES, start, s1);
        final float[] left = this.left;
        final float[] right = this.right;
        final int depth = this.depth;
        final int leftStep = this.leftStep;
        for (int k = 0, i = leftOffset, j0 = rightOffset0, j1 = rightOffset1;
                k < depth;
                k++, i += leftStep, j0 += LANES, j1 += LANES) {
            FloatVector wa = FloatVector.fromArray(SPECIES, right, j0);
            FloatVector wb = FloatVector.fromArray(SPECIES, right, j1);
            FloatVector x0 = FloatVector.broadcast(SPECIES, left[i]);
            sum0a = x0.fma(wa, sum0a);
            sum0b = x0.fma(wb, sum0b);
            FloatVector x1 = FloatVector.broadcast(SPECIES, left[i + 1]);
            sum1a = x1.fma(wa, sum1a);
            sum1b = x1.fma(wb, sum1b);
            FloatVector x2 = FloatVector.broadcast(SPECIES, left[i + 2]);
            sum2a = x2.fma(wa, sum2a);
            sum2b = x2.fma(wb, sum2b);
            FloatVector x3 = FloatVector.broadcast(SPECIES, left[i + 3]);
            sum3a = x3.fma(wa, sum3a);
            sum3b = x3.fma(wb, sum3b);
        }
        final float[] result = this.result;
        final int step = resultStride;
        int r0 = resultOffset0;
        int r1 = resultOffset1;
        sum0a.intoArray(result, r0);
        sum0b.intoArray(result, r1);
        r0 += step;
        r1 += step;
        sum1a.intoArray(result, r0);
        sum1b.intoArray(result, r1);
        r0 += step;
        r1 += step;
        sum2a.intoArray(result, r0);
        sum2b.intoArray(result, r1);
        r0 += step;
        r1 += step;
        sum3a.intoArray(result, r0);
        sum3b.intoArray(result, r1);
    }

    private void rows2() {
        final float[] start = this.start;
        final int stride = startStride;
        int s0 = startOffset0;
        int s1 = startOffset1;
        FloatVector sum0a = FloatVector.fromArray(SPECIES, start, s0);
        FloatVector sum0b = FloatVector.fromArray(SPECIES, start, s1);
        s0 += stride;
        s1 += stride;
        FloatVector sum1a = FloatVector.fromArray(SPECIES, start, s0);
        FloatVector sum1b = FloatVector.fromArray(SPECIES, start, s1);
        final float[] left = this.left;
        final float[] right = this.right;
        final int depth = this.depth;
        final int leftStep = this.leftStep;
        for (int k = 0, i = leftOffset, j0 = rightOffset0, j1 = rightOffset1;
                k < depth;
                k++, i += leftStep, j0 += LANES, j1 += LANES) {
            FloatVector wa = FloatVector.fromArray(SPECIES, right, j0);
            FloatVector wb = FloatVector.fromArray(SPECIES, right, j1);
            FloatVector x0 = FloatVector.broadcast(SPECIES, left[i]);
            sum0a = x0.fma(wa, sum0a);
            sum0b = x0.fma(wb, sum0b);
            FloatVector x1 = FloatVector.broadcast(SPECIES, left[i + 1]);
            sum1a = x1.fma(wa, sum1a);
            sum1b = x1.fma(wb, sum1b);
        }
        final float[] result = this.result;
        final int step = resultStride;
        int r0 = resultOffset0;
        int r1 = resultOffset1;
        sum0a.intoArray(result, r0);
        sum0b.intoArray(result, r1);
        r0 += step;
        r1 += step;
        sum1a.intoArray(result, r0);
        sum1b.intoArray(result, r1);
    }

    private void rows1() {
        FloatVector sum0a = FloatVector.fromArray(SPECIES, start, startOffset0);
        FloatVector sum0b = FloatVector.fromArray(SPECIES, start, startOffset1);
        final float[] left = this.left;
        final float[] right = this.right;
        final int depth = this.depth;
        final int leftStep = this.leftStep;
        for (int k = 0, i = leftOffset, j0 = rightOffset0, j1 = rightOffset1;
                k < depth;
                k++, i += leftStep, j0 += LANES, j1 += LANES) {
            FloatVector wa = FloatVector.fromArray(SPECIES, right, j0);
            FloatVector wb = FloatVector.fromArray(SPECIES, right, j1);
            FloatVector x0 = FloatVector.broadcast(SPECIES, left[i]);
            sum0a = x0.fma(wa, sum0a);
            sum0b = x0.fma(wb, sum0b);
        }
        sum0a.intoArray(result, resultOffset0);
        sum0b.intoArray(result, resultOffset1);
    }

    private void rows1Wide() {
        final float[] start = this.start;
        int s0 = startOffset0;
        int s1 = startOffset1;
        FloatVector sum0a = FloatVector.fromArray(SPECIES, start, s0);
        FloatVector sum0b = FloatVector.fromArray(SPECIES, start, s1);
        FloatVector sum0c = FloatVector.fromArray(SPECIES, start, 2 * s1 - s0);
        FloatVector sum0d = FloatVector.fromArray(SPECIES, start, 3 * s1 - 2 * s0);
        final float[] left = this.left;
        final float[] right = this.right;
        final int depth = this.depth;
        final int leftStep = this.leftStep;
        int j0 = rightOffset0;
        int j1 = rightOffset1;
        int j2 = 2 * j1 - j0;
        int j3 = 3 * j1 - 2 * j0;
        for (int k = 0, i = leftOffset;
                k < depth;
                k++, i += leftStep, j0 += LANES, j1 += LANES, j2 += LANES, j3 += LANES) {
            FloatVector x0 = FloatVector.broadcast(SPECIES, left[i]);
            sum0a = x0.fma(FloatVector.fromArray(SPECIES, right, j0), sum0a);
            sum0b = x0.fma(FloatVector.fromArray(SPECIES, right, j1), sum0b);
            sum0c = x0.fma(FloatVector.fromArray(SPECIES, right, j2), sum0c);
            sum0d = x0.fma(FloatVector.fromArray(SPECIES, right, j3), sum0d);
        }
        final float[] result = this.result;
        int r0 = resultOffset0;
        int r1 = resultOffset1;
        sum0a.intoArray(result, r0);
        sum0b.intoArray(result, r1);
        sum0c.intoArray(result, 2 * r1 - r0);
        sum0d.intoArray(result, 3 * r1 - 2 * r0);
    }

    /** 4 rows by 4 vectors: as many sums as 8 by 2, and twice the streams of weights. */
    private void rows4Wide() {
        final float[] start = this.start;
        final int stride = startStride;
        int s0 = startOffset0;
        int s1 = startOffset1;
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
        final float[] left = this.left;
        final float[] right = this.right;
        final int depth = this.depth;
        final int leftStep = this.leftStep;
        int j0 = rightOffset0;
        int j1 = rightOffset1;
        int j2 = 2 * j1 - j0;
        int j3 = 3 * j1 - 2 * j0;
        for (int k = 0, i = leftOffset;
                k < depth;
                k++, i += leftStep, j0 += LANES, j1 += LANES, j2 += LANES, j3 += LANES) {
            FloatVector wa = FloatVector.fromArray(SPECIES, right, j0);
            FloatVector wb = FloatVector.fromArray(SPECIES, right, j1);
            FloatVector wc = FloatVector.fromArray(SPECIES, right, j2);
            FloatVector wd = FloatVector.fromArray(SPECIES, right, j3);
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
        final float[] result = this.result;
        final int step = resultStride;
        int r0 = resultOffset0;
        int r1 = resultOffset1;
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

    private void rows4Wider() {
        final float[] start = this.start;
        final int stride = startStride;
        int s0 = startOffset0;
        int s1 = startOffset1;
        int s2 = 2 * s1 - s0;
        int s3 = 3 * s1 - 2 * s0;
        int s4 = 4 * s1 - 3 * s0;
        int s5 = 5 * s1 - 4 * s0;
        FloatVector sum0a = FloatVector.fromArray(SPECIES, start, s0);
        FloatVector sum0b = FloatVector.fromArray(SPECIES, start, s1);
        FloatVector sum0c = FloatVector.fromArray(SPECIES, start, s2);
        FloatVector sum0d = FloatVector.fromArray(SPECIES, start, s3);
        FloatVector sum0e = FloatVector.fromArray(SPECIES, start, s4);
        FloatVector sum0f = FloatVector.fromArray(SPECIES, start, s5);
        s0 += stride;
        s1 += stride;
        s2 += stride;
        s3 += stride;
        s4 += stride;
        s5 += stride;
        FloatVector sum1a = FloatVector.fromArray(SPECIES, start, s0);
        FloatVector sum1b = FloatVector.fromArray(SPECIES, start, s1);
        FloatVector sum1c = FloatVector.fromArray(SPECIES, start, s2);
        FloatVector sum1d = FloatVector.fromArray(SPECIES, start, s3);
        FloatVector sum1e = FloatVector.fromArray(SPECIES, start, s4);
        FloatVector sum1f = FloatVector.fromArray(SPECIES, start, s5);
        s0 += stride;
        s1 += stride;
        s2 += stride;
        s3 += stride;
        s4 += stride;
        s5 += stride;
        FloatVector sum2a = FloatVector.fromArray(SPECIES, start, s0);
        FloatVector sum2b = FloatVector.fromArray(SPECIES, start, s1);
        FloatVector sum2c = FloatVector.fromArray(SPECIES, start, s2);
        FloatVector sum2d = FloatVector.fromArray(SPECIES, start, s3);
        FloatVector sum2e = FloatVector.fromArray(SPECIES, start, s4);
        FloatVector sum2f = FloatVector.fromArray(SPECIES, start, s5);
        s0 += stride;
        s1 += stride;
        s2 += stride;
        s3 += stride;
        s4 += stride;
        s5 += stride;
        FloatVector sum3a = FloatVector.fromArray(SPECIES, start, s0);
        FloatVector sum3b = FloatVector.fromArray(SPECIES, start, s1);
        FloatVector sum3c = FloatVector.fromArray(SPECIES, start, s2);
        FloatVector sum3d = FloatVector.fromArray(SPECIES, start, s3);
        FloatVector sum3e = FloatVector.fromArray(SPECIES, start, s4);
        FloatVector sum3f = FloatVector.fromArray(SPECIES, start, s5);
        final float[] left = this.left;
        final float[] right = this.right;
        final int depth = this.depth;
        final int leftStep = this.leftStep;
        final int step = rightOffset1 - rightOffset0;
        int j = rightOffset0;
        for (int k = 0, i = leftOffset; k < depth; k++, i += leftStep, j += LANES) {
            FloatVector wa = FloatVector.fromArray(SPECIES, right, j);
            FloatVector wb = FloatVector.fromArray(SPECIES, right, j + step);
            FloatVector wc = FloatVector.fromArray(SPECIES, right, j + 2 * step);
            FloatVector wd = FloatVector.fromArray(SPECIES, right, j + 3 * step);
            FloatVector we = FloatVector.fromArray(SPECIES, right, j + 4 * step);
            FloatVector wf = FloatVector.fromArray(SPECIES, right, j + 5 * step);
            FloatVector x0 = FloatVector.broadcast(SPECIES, left[i]);
            sum0a = x0.fma(wa, sum0a);
            sum0b = x0.fma(wb, sum0b);
            sum0c = x0.fma(wc, sum0c);
            sum0d = x0.fma(wd, sum0d);
            sum0e = x0.fma(we, sum0e);
            sum0f = x0.fma(wf, sum0f);
            FloatVector x1 = FloatVector.broadcast(SPECIES, left[i + 1]);
            sum1a = x1.fma(wa, sum1a);
            sum1b = x1.fma(wb, sum1b);
            sum1c = x1.fma(wc, sum1c);
            sum1d = x1.fma(wd, sum1d);
            sum1e = x1.fma(we, sum1e);
            sum1f = x1.fma(wf, sum1f);
            FloatVector x2 = FloatVector.broadcast(SPECIES, left[i + 2]);
            sum2a = x2.fma(wa, sum2a);
            sum2b = x2.fma(wb, sum2b);
            sum2c = x2.fma(wc, sum2c);
            sum2d = x2.fma(wd, sum2d);
            sum2e = x2.fma(we, sum2e);
            sum2f = x2.fma(wf, sum2f);
            FloatVector x3 = FloatVector.broadcast(SPECIES, left[i + 3]);
            sum3a = x3.fma(wa, sum3a);
            sum3b = x3.fma(wb, sum3b);
            sum3c = x3.fma(wc, sum3c);
            sum3d = x3.fma(wd, sum3d);
            sum3e = x3.fma(we, sum3e);
            sum3f = x3.fma(wf, sum3f);
        }
        final float[] result = this.result;
        int r0 = resultOffset0;
        int apart = resultOffset1 - resultOffset0;
        sum0a.intoArray(result, r0);
        sum0b.intoArray(result, r0 + apart);
        sum0c.intoArray(result, r0 + 2 * apart);
        sum0d.intoArray(result, r0 + 3 * apart);
        sum0e.intoArray(result, r0 + 4 * apart);
        sum0f.intoArray(result, r0 + 5 * apart);
        r0 += resultStride;
        sum1a.intoArray(result, r0);
        sum1b.intoArray(result, r0 + apart);
        sum1c.intoArray(result, r0 + 2 * apart);
        sum1d.intoArray(result, r0 + 3 * apart);
        sum1e.intoArray(result, r0 + 4 * apart);
        sum1f.intoArray(result, r0 + 5 * apart);
        r0 += resultStride;
        sum2a.intoArray(result, r0);
        sum2b.intoArray(result, r0 + apart);
        sum2c.intoArray(result, r0 + 2 * apart);
        sum2d.intoArray(result, r0 + 3 * apart);
        sum2e.intoArray(result, r0 + 4 * apart);
        sum2f.intoArray(result, r0 + 5 * apart);
        r0 += resultStride;
        sum3a.intoArray(result, r0);
        sum3b.intoArray(result, r0 + apart);
        sum3c.intoArray(result, r0 + 2 * apart);
        sum3d.intoArray(result, r0 + 3 * apart);
        sum3e.intoArray(result, r0 + 4 * apart);
        sum3f.intoArray(result, r0 + 5 * apart);
    }

    private void rows1Wider() {
        final float[] start = this.start;
        int s0 = startOffset0;
        int begin = startOffset1 - startOffset0;
        FloatVector sum0a = FloatVector.fromArray(SPECIES, start, s0);
        FloatVector sum0b = FloatVector.fromArray(SPECIES, start, s0 + begin);
        FloatVector sum0c = FloatVector.fromArray(SPECIES, start, s0 + 2 * begin);
        FloatVector sum0d = FloatVector.fromArray(SPECIES, start, s0 + 3 * begin);
        FloatVector sum0e = FloatVector.fromArray(SPECIES, start, s0 + 4 * begin);
        FloatVector sum0f = FloatVector.fromArray(SPECIES, start, s0 + 5 * begin);
        final float[] left = this.left;
        final float[] right = this.right;
        final int depth = this.depth;
        final int leftStep = this.leftStep;
        final int step = rightOffset1 - rightOffset0;
        int j = rightOffset0;
        for (int k = 0, i = leftOffset; k < depth; k++, i += leftStep, j += LANES) {
            FloatVector x0 = FloatVector.broadcast(SPECIES, left[i]);
            sum0a = x0.fma(FloatVector.fromArray(SPECIES, right, j), sum0a);
            sum0b = x0.fma(FloatVector.fromArray(SPECIES, right, j + step), sum0b);
            sum0c = x0.fma(FloatVector.fromArray(SPECIES, right, j + 2 * step), sum0c);
            sum0d = x0.fma(FloatVector.fromArray(SPECIES, right, j + 3 * step), sum0d);
            sum0e = x0.fma(FloatVector.fromArray(SPECIES, right, j + 4 * step), sum0e);
            sum0f = x0.fma(FloatVector.fromArray(SPECIES, right, j + 5 * step), sum0f);
        }
        final float[] result = this.result;
        int r0 = resultOffset0;
        int apart = resultOffset1 - resultOffset0;
        sum0a.intoArray(result, r0);
        sum0b.intoArray(result, r0 + apart);
        sum0c.intoArray(result, r0 + 2 * apart);
        sum0d.intoArray(result, r0 + 3 * apart);
        sum0e.intoArray(result, r0 + 4 * apart);
        sum0f.intoArray(result, r0 + 5 * apart);
    }
}
