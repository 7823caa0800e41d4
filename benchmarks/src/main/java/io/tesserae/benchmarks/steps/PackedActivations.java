package io.tesserae.benchmarks.steps;

import static io.tesserae.benchmarks.steps.Lanes.LANES;
import static io.tesserae.benchmarks.steps.Lanes.TILE_COLUMNS;

/**
 * Step 7: the activations are packed too, each time, so that the twelve values of one k stand side by side. The tile has
 * three sequential streams and three addresses to count up, and not fourteen.
 */
final class PackedActivations implements ProductStep {

    private final ProductOperands operands;
    private final int rows;
    private final int columns;
    private final float[] x; // [rows, inFeatures]
    private final float[] packedX; // [rows / 12][inFeatures][12]
    private final float[] weight; // [columns / lanes][inFeatures][lanes]
    private final float[] bias; // [columns]
    private final float[] out; // [rows, columns]

    PackedActivations(ProductOperands operands) {
        this.operands = operands;
        rows = operands.coveredRows(PackedTile.ROWS);
        columns = operands.coveredColumns(TILE_COLUMNS);
        x = operands.coveredX(PackedTile.ROWS);
        packedX = new float[x.length];
        weight = operands.groupedWeight(LANES, 0);
        bias = operands.coveredBias(TILE_COLUMNS);
        out = new float[rows * columns];
    }

    @Override
    public void run() {
        int inFeatures = operands.inFeatures();
        PackedTile.pack(x, rows, inFeatures, PackedTile.ROWS, packedX);
        PackedTile.begin(bias, rows, columns, out);
        for (int row = 0; row < rows; row += PackedTile.ROWS) {
            for (int column = 0; column < columns; column += TILE_COLUMNS) {
                int group = column * inFeatures;
                int at = row * columns + column;
                PackedTile.add(
                        inFeatures,
                        packedX,
                        row * inFeatures,
                        weight,
                        group,
                        group + LANES * inFeatures,
                        out,
                        at,
                        columns);
            }
        }
    }

    @Override
    public float[] result() {
        return operands.cropped(out, columns);
    }
}
