package io.tesserae.benchmarks.steps;

import static io.tesserae.benchmarks.steps.Lanes.LANES;
import static io.tesserae.benchmarks.steps.Lanes.SPECIES;
import static io.tesserae.benchmarks.steps.Lanes.TILE_COLUMNS;

import jdk.incubator.vector.FloatVector;

/**
 * Rejected: fourteen rows. 28 sums, two weights and one activation are 31 of 32 registers, so it should just fit; but the compiler
 * wants some for itself, and keeps sums on the stack instead. Everything else is as in step 9.
 */
final class FourteenRows implements ProductStep {

    private static final int ROWS = 14;
    private static final int DEPTH = 768;
    private static final int FIRST_GROUP = 12;

    private final ProductOperands operands;
    private final int rows;
    private final int columns;
    private final float[] x; // [rows, inFeatures]
    private final float[] packedX; // [rows / 14][inFeatures][14]
    private final float[] weight; // [columns / lanes][inFeatures][lanes], from FIRST_GROUP on
    private final float[] bias; // [columns]
    private final float[] out; // [rows, columns]

    FourteenRows(ProductOperands operands) {
        this.operands = operands;
        rows = operands.coveredRows(ROWS);
        columns = operands.coveredColumns(TILE_COLUMNS);
        x = operands.coveredX(ROWS);
        packedX = new float[x.length];
        weight = operands.groupedWeight(LANES, FIRST_GROUP);
        bias = operands.coveredBias(TILE_COLUMNS);
        out = new float[rows * columns];
    }

    @Override
    public void run() {
        int inFeatures = operands.inFeatures();
        PackedTile.pack(x, rows, inFeatures, ROWS, packedX);
        PackedTile.begin(bias, rows, columns, out);
        for (int column = 0; column < columns; column += TILE_COLUMNS) {
            for (int k = 0; k < inFeatures; k += DEPTH) {
                int depth = Math.min(DEPTH, inFeatures - k);
                int group = FIRST_GROUP + column * inFeatures + k * LANES;
                for (int row = 0; row < rows; row += ROWS) {
                    int i = row * inFeatures + k * ROWS;
                    int at = row * columns + column;
                    add(depth, packedX, i, weight, group, group + LANES * inFeatures, out, at, columns);
                }
            }
        }
    }

    private static void add(
            int depth, float[] x, int i, float[] weight, int j0, int j1, float[] out, int at, int stride) {
        FloatVector sum0a = FloatVector.fromArray(SPECIES, out, at);
        FloatVector sum0b = FloatVector.fromArray(SPECIES, out, at + LANES);
        FloatVector sum1a = FloatVector.fromArray(SPECIES, out, at + stride);
        FloatVector sum1b = FloatVector.fromArray(SPECIES, out, at + stride + LANES);
        FloatVector sum2a = FloatVector.fromArray(SPECIES, out, at + 2 * stride);
        FloatVector sum2b = FloatVector.fromArray(SPECIES, out, at + 2 * stride + LANES);
        FloatVector sum3a = FloatVector.fromArray(SPECIES, out, at + 3 * stride);
        FloatVector sum3b = FloatVector.fromArray(SPECIES, out, at + 3 * stride + LANES);
        FloatVector sum4a = FloatVector.fromArray(SPECIES, out, at + 4 * stride);
        FloatVector sum4b = FloatVector.fromArray(SPECIES, out, at + 4 * stride + LANES);
        FloatVector sum5a = FloatVector.fromArray(SPECIES, out, at + 5 * stride);
        FloatVector sum5b = FloatVector.fromArray(SPECIES, out, at + 5 * stride + LANES);
        FloatVector sum6a = FloatVector.fromArray(SPECIES, out, at + 6 * stride);
        FloatVector sum6b = FloatVector.fromArray(SPECIES, out, at + 6 * stride + LANES);
        FloatVector sum7a = FloatVector.fromArray(SPECIES, out, at + 7 * stride);
        FloatVector sum7b = FloatVector.fromArray(SPECIES, out, at + 7 * stride + LANES);
        FloatVector sum8a = FloatVector.fromArray(SPECIES, out, at + 8 * stride);
        FloatVector sum8b = FloatVector.fromArray(SPECIES, out, at + 8 * stride + LANES);
        FloatVector sum9a = FloatVector.fromArray(SPECIES, out, at + 9 * stride);
        FloatVector sum9b = FloatVector.fromArray(SPECIES, out, at + 9 * stride + LANES);
        FloatVector sum10a = FloatVector.fromArray(SPECIES, out, at + 10 * stride);
        FloatVector sum10b = FloatVector.fromArray(SPECIES, out, at + 10 * stride + LANES);
        FloatVector sum11a = FloatVector.fromArray(SPECIES, out, at + 11 * stride);
        FloatVector sum11b = FloatVector.fromArray(SPECIES, out, at + 11 * stride + LANES);
        FloatVector sum12a = FloatVector.fromArray(SPECIES, out, at + 12 * stride);
        FloatVector sum12b = FloatVector.fromArray(SPECIES, out, at + 12 * stride + LANES);
        FloatVector sum13a = FloatVector.fromArray(SPECIES, out, at + 13 * stride);
        FloatVector sum13b = FloatVector.fromArray(SPECIES, out, at + 13 * stride + LANES);
        for (int k = 0; k < depth; k++, i += ROWS, j0 += LANES, j1 += LANES) {
            FloatVector wa = FloatVector.fromArray(SPECIES, weight, j0);
            FloatVector wb = FloatVector.fromArray(SPECIES, weight, j1);
            FloatVector x0 = FloatVector.broadcast(SPECIES, x[i]);
            sum0a = x0.fma(wa, sum0a);
            sum0b = x0.fma(wb, sum0b);
            FloatVector x1 = FloatVector.broadcast(SPECIES, x[i + 1]);
            sum1a = x1.fma(wa, sum1a);
            sum1b = x1.fma(wb, sum1b);
            FloatVector x2 = FloatVector.broadcast(SPECIES, x[i + 2]);
            sum2a = x2.fma(wa, sum2a);
            sum2b = x2.fma(wb, sum2b);
            FloatVector x3 = FloatVector.broadcast(SPECIES, x[i + 3]);
            sum3a = x3.fma(wa, sum3a);
            sum3b = x3.fma(wb, sum3b);
            FloatVector x4 = FloatVector.broadcast(SPECIES, x[i + 4]);
            sum4a = x4.fma(wa, sum4a);
            sum4b = x4.fma(wb, sum4b);
            FloatVector x5 = FloatVector.broadcast(SPECIES, x[i + 5]);
            sum5a = x5.fma(wa, sum5a);
            sum5b = x5.fma(wb, sum5b);
            FloatVector x6 = FloatVector.broadcast(SPECIES, x[i + 6]);
            sum6a = x6.fma(wa, sum6a);
            sum6b = x6.fma(wb, sum6b);
            FloatVector x7 = FloatVector.broadcast(SPECIES, x[i + 7]);
            sum7a = x7.fma(wa, sum7a);
            sum7b = x7.fma(wb, sum7b);
            FloatVector x8 = FloatVector.broadcast(SPECIES, x[i + 8]);
            sum8a = x8.fma(wa, sum8a);
            sum8b = x8.fma(wb, sum8b);
            FloatVector x9 = FloatVector.broadcast(SPECIES, x[i + 9]);
            sum9a = x9.fma(wa, sum9a);
            sum9b = x9.fma(wb, sum9b);
            FloatVector x10 = FloatVector.broadcast(SPECIES, x[i + 10]);
            sum10a = x10.fma(wa, sum10a);
            sum10b = x10.fma(wb, sum10b);
            FloatVector x11 = FloatVector.broadcast(SPECIES, x[i + 11]);
            sum11a = x11.fma(wa, sum11a);
            sum11b = x11.fma(wb, sum11b);
            FloatVector x12 = FloatVector.broadcast(SPECIES, x[i + 12]);
            sum12a = x12.fma(wa, sum12a);
            sum12b = x12.fma(wb, sum12b);
            FloatVector x13 = FloatVector.broadcast(SPECIES, x[i + 13]);
            sum13a = x13.fma(wa, sum13a);
            sum13b = x13.fma(wb, sum13b);
        }
        sum0a.intoArray(out, at);
        sum0b.intoArray(out, at + LANES);
        sum1a.intoArray(out, at + stride);
        sum1b.intoArray(out, at + stride + LANES);
        sum2a.intoArray(out, at + 2 * stride);
        sum2b.intoArray(out, at + 2 * stride + LANES);
        sum3a.intoArray(out, at + 3 * stride);
        sum3b.intoArray(out, at + 3 * stride + LANES);
        sum4a.intoArray(out, at + 4 * stride);
        sum4b.intoArray(out, at + 4 * stride + LANES);
        sum5a.intoArray(out, at + 5 * stride);
        sum5b.intoArray(out, at + 5 * stride + LANES);
        sum6a.intoArray(out, at + 6 * stride);
        sum6b.intoArray(out, at + 6 * stride + LANES);
        sum7a.intoArray(out, at + 7 * stride);
        sum7b.intoArray(out, at + 7 * stride + LANES);
        sum8a.intoArray(out, at + 8 * stride);
        sum8b.intoArray(out, at + 8 * stride + LANES);
        sum9a.intoArray(out, at + 9 * stride);
        sum9b.intoArray(out, at + 9 * stride + LANES);
        sum10a.intoArray(out, at + 10 * stride);
        sum10b.intoArray(out, at + 10 * stride + LANES);
        sum11a.intoArray(out, at + 11 * stride);
        sum11b.intoArray(out, at + 11 * stride + LANES);
        sum12a.intoArray(out, at + 12 * stride);
        sum12b.intoArray(out, at + 12 * stride + LANES);
        sum13a.intoArray(out, at + 13 * stride);
        sum13b.intoArray(out, at + 13 * stride + LANES);
    }

    @Override
    public float[] result() {
        return operands.cropped(out, columns);
    }
}
