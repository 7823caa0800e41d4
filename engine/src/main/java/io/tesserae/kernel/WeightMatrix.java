package io.tesserae.kernel;

import io.tesserae.tensor.Precision;

/**
 * A linear layer's weight, {@code [outFeatures, inFeatures]}: packed when it is loaded; but with kernels that
 * {@link Kernels#packsLate() pack late}, read where it is stored, row by row, until a product comes that is worth packing it for.
 *
 * <p>Thread-safe. Which it is changes no bit of any product.
 */
public final class WeightMatrix {

    private final Machine machine;
    private final Precision precision;
    private final int outFeatures;
    private final int inFeatures;
    private final PackedMatrix.RowReader rows;
    private volatile PackedMatrix packed; // or null, while it is not

    private WeightMatrix(
            Machine machine, Precision precision, int outFeatures, int inFeatures, PackedMatrix.RowReader rows) {
        this.machine = machine;
        this.precision = precision;
        this.outFeatures = outFeatures;
        this.inFeatures = inFeatures;
        this.rows = rows;
    }

    /**
     * Loads a weight; the other parameters are those of {@link PackedMatrix#pack}.
     *
     * @param rowsStay whether rows can be read later too
     */
    public static WeightMatrix load(
            Machine machine,
            Precision precision,
            int outFeatures,
            int inFeatures,
            PackedMatrix.RowReader rows,
            boolean rowsStay) {
        WeightMatrix weight = new WeightMatrix(machine, precision, outFeatures, inFeatures, rows);
        if (!machine.computes()) {
            return weight; // nobody will ever ask for a row
        }
        if (rowsStay && machine.kernels().packsLate()) {
            WarmUp.beginWithoutVectorsFor(precision, (long) outFeatures * inFeatures);
        } else {
            weight.packed();
        }
        return weight;
    }

    /** Columns of the product. */
    public int outFeatures() {
        return outFeatures;
    }

    /** Length of each sum. */
    public int inFeatures() {
        return inFeatures;
    }

    /** As the kernels read it; packs it, if nobody has yet. */
    PackedMatrix packed() {
        PackedMatrix found = packed;
        return found == null ? pack() : found;
    }

    private synchronized PackedMatrix pack() {
        if (packed == null) {
            packed = PackedMatrix.pack(machine, precision, outFeatures, inFeatures, rows);
        }
        return packed;
    }

    /** Whether a product has wanted it packed, or could only have had it so. */
    boolean isPacked() {
        return packed != null;
    }

    /** What {@link PackedMatrix#scales} says of it. Weights with such factors are packed when they are loaded. */
    float[] scales() {
        PackedMatrix found = packed;
        return found == null ? null : found.scales();
    }

    /** Its rows: where they are stored, or once it is packed, from there. */
    PackedMatrix.RowReader rows() {
        PackedMatrix found = packed;
        return found == null ? rows : found::readRows;
    }
}
