package io.tesserae.pipelines.drawing;

import java.util.Arrays;

/**
 * A smooth surface through the patches' values: cubic convolution with a = -0.5 (Catmull and Rom's spline), which meets every
 * value in the middle of its patch. Beyond the outermost middles the values go on as they are there. Between two patches the
 * spline swings a little over; a drawing clips it to the range of the values.
 */
public final class BicubicGrid {

    private final int rows;
    private final float[] values;
    private final float[] line;

    /**
     * A surface.
     *
     * @param values {@code [rows, columns]}
     */
    public BicubicGrid(int rows, int columns, float[] values) {
        this.rows = rows;
        this.values = values;
        this.line = new float[columns];
    }

    /** Makes ready one height, 0 (upper edge) to 1 (lower edge). */
    public void goToRow(double down) {
        double position = down * rows - 0.5;
        int base = (int) Math.floor(position);
        double[] weights = weights(position - base);
        Arrays.fill(line, 0);
        for (int k = 0; k < weights.length; k++) {
            int row = Math.clamp((long) base - 1 + k, 0, rows - 1);
            for (int column = 0; column < line.length; column++) {
                line[column] += (float) (weights[k] * values[row * line.length + column]);
            }
        }
    }

    /** The value at that height, 0 (left edge) to 1 (right edge). */
    public double value(double across) {
        double position = across * line.length - 0.5;
        int base = (int) Math.floor(position);
        double[] weights = weights(position - base);
        double sum = 0;
        for (int k = 0; k < weights.length; k++) {
            sum += weights[k] * line[Math.clamp((long) base - 1 + k, 0, line.length - 1)];
        }
        return sum;
    }

    /** For the two values before and the two after a place {@code t} between 0 and 1. */
    private static double[] weights(double t) {
        return new double[] {
            ((-0.5 * t + 1) * t - 0.5) * t,
            (1.5 * t - 2.5) * t * t + 1,
            ((-1.5 * t + 2) * t + 0.5) * t,
            (0.5 * t - 0.5) * t * t,
        };
    }
}
