package io.tesserae.benchmarks.steps;

import static io.tesserae.benchmarks.steps.Lanes.LANES;
import static io.tesserae.benchmarks.steps.Lanes.SPECIES;
import static io.tesserae.benchmarks.steps.Lanes.TILE_COLUMNS;

import jdk.incubator.vector.FloatVector;

/**
 * Step 6: twelve rows instead of four. A vector of weights serves three times as many multiply-adds, so the caches have to bring a third
 * of the bytes a cycle. 24 sums, two weights and one activation are 27 of the 32 registers of AVX-512.
 */
final class TwelveRows implements ProductStep {

    private static final int ROWS = 12;

    private final ProductOperands operands;
    private final int rows;
    private final int columns;
    private final float[] x; // [rows, inFeatures]
    private final float[] weight; // [columns / lanes][inFeatures][lanes]
    private final float[] bias; // [columns]
    private final float[] out; // [rows, columns]

    TwelveRows(ProductOperands operands) {
        this.operands = operands;
        rows = operands.coveredRows(ROWS);
        columns = operands.coveredColumns(TILE_COLUMNS);
        x = operands.coveredX(ROWS);
        weight = operands.groupedWeight(LANES, 0);
        bias = operands.coveredBias(TILE_COLUMNS);
        out = new float[rows * columns];
    }

    @Override
    public void run() {
        for (int row = 0; row < rows; row += ROWS) {
            for (int column = 0; column < columns; column += TILE_COLUMNS) {
                tile(row, column);
            }
        }
    }

    private void tile(int row, int column) {
        final float[] x = this.x;
        final float[] weight = this.weight;
        int inFeatures = operands.inFeatures();
        FloatVector sum0a = FloatVector.fromArray(SPECIES, bias, column);
        FloatVector sum0b = FloatVector.fromArray(SPECIES, bias, column + LANES);
        FloatVector sum1a = sum0a;
        FloatVector sum1b = sum0b;
        FloatVector sum2a = sum0a;
        FloatVector sum2b = sum0b;
        FloatVector sum3a = sum0a;
        FloatVector sum3b = sum0b;
        FloatVector sum4a = sum0a;
        FloatVector sum4b = sum0b;
        FloatVector sum5a = sum0a;
        FloatVector sum5b = sum0b;
        FloatVector sum6a = sum0a;
        FloatVector sum6b = sum0b;
        FloatVector sum7a = sum0a;
        FloatVector sum7b = sum0b;
        FloatVector sum8a = sum0a;
        FloatVector sum8b = sum0b;
        FloatVector sum9a = sum0a;
        FloatVector sum9b = sum0b;
        FloatVector sum10a = sum0a;
        FloatVector sum10b = sum0b;
        FloatVector sum11a = sum0a;
        FloatVector sum11b = sum0b;
        int i = row * inFeatures;
        int end = i + inFeatures;
        int j0 = column * inFeatures;
        int j1 = j0 + LANES * inFeatures;
        for (; i < end; i++, j0 += LANES, j1 += LANES) {
            FloatVector wa = FloatVector.fromArray(SPECIES, weight, j0);
            FloatVector wb = FloatVector.fromArray(SPECIES, weight, j1);
            FloatVector x0 = FloatVector.broadcast(SPECIES, x[i]);
            sum0a = x0.fma(wa, sum0a);
            sum0b = x0.fma(wb, sum0b);
            FloatVector x1 = FloatVector.broadcast(SPECIES, x[i + inFeatures]);
            sum1a = x1.fma(wa, sum1a);
            sum1b = x1.fma(wb, sum1b);
            FloatVector x2 = FloatVector.broadcast(SPECIES, x[i + 2 * inFeatures]);
            sum2a = x2.fma(wa, sum2a);
            sum2b = x2.fma(wb, sum2b);
            FloatVector x3 = FloatVector.broadcast(SPECIES, x[i + 3 * inFeatures]);
            sum3a = x3.fma(wa, sum3a);
            sum3b = x3.fma(wb, sum3b);
            FloatVector x4 = FloatVector.broadcast(SPECIES, x[i + 4 * inFeatures]);
            sum4a = x4.fma(wa, sum4a);
            sum4b = x4.fma(wb, sum4b);
            FloatVector x5 = FloatVector.broadcast(SPECIES, x[i + 5 * inFeatures]);
            sum5a = x5.fma(wa, sum5a);
            sum5b = x5.fma(wb, sum5b);
            FloatVector x6 = FloatVector.broadcast(SPECIES, x[i + 6 * inFeatures]);
            sum6a = x6.fma(wa, sum6a);
            sum6b = x6.fma(wb, sum6b);
            FloatVector x7 = FloatVector.broadcast(SPECIES, x[i + 7 * inFeatures]);
            sum7a = x7.fma(wa, sum7a);
            sum7b = x7.fma(wb, sum7b);
            FloatVector x8 = FloatVector.broadcast(SPECIES, x[i + 8 * inFeatures]);
            sum8a = x8.fma(wa, sum8a);
            sum8b = x8.fma(wb, sum8b);
            FloatVector x9 = FloatVector.broadcast(SPECIES, x[i + 9 * inFeatures]);
            sum9a = x9.fma(wa, sum9a);
            sum9b = x9.fma(wb, sum9b);
            FloatVector x10 = FloatVector.broadcast(SPECIES, x[i + 10 * inFeatures]);
            sum10a = x10.fma(wa, sum10a);
            sum10b = x10.fma(wb, sum10b);
            FloatVector x11 = FloatVector.broadcast(SPECIES, x[i + 11 * inFeatures]);
            sum11a = x11.fma(wa, sum11a);
            sum11b = x11.fma(wb, sum11b);
        }
        int at = row * columns + column;
        sum0a.intoArray(out, at);
        sum0b.intoArray(out, at + LANES);
        sum1a.intoArray(out, at + columns);
        sum1b.intoArray(out, at + columns + LANES);
        sum2a.intoArray(out, at + 2 * columns);
        sum2b.intoArray(out, at + 2 * columns + LANES);
        sum3a.intoArray(out, at + 3 * columns);
        sum3b.intoArray(out, at + 3 * columns + LANES);
        sum4a.intoArray(out, at + 4 * columns);
        sum4b.intoArray(out, at + 4 * columns + LANES);
        sum5a.intoArray(out, at + 5 * columns);
        sum5b.intoArray(out, at + 5 * columns + LANES);
        sum6a.intoArray(out, at + 6 * columns);
        sum6b.intoArray(out, at + 6 * columns + LANES);
        sum7a.intoArray(out, at + 7 * columns);
        sum7b.intoArray(out, at + 7 * columns + LANES);
        sum8a.intoArray(out, at + 8 * columns);
        sum8b.intoArray(out, at + 8 * columns + LANES);
        sum9a.intoArray(out, at + 9 * columns);
        sum9b.intoArray(out, at + 9 * columns + LANES);
        sum10a.intoArray(out, at + 10 * columns);
        sum10b.intoArray(out, at + 10 * columns + LANES);
        sum11a.intoArray(out, at + 11 * columns);
        sum11b.intoArray(out, at + 11 * columns + LANES);
    }

    @Override
    public float[] result() {
        return operands.cropped(out, columns);
    }
}
