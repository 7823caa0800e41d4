package io.tesserae.layer;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.PackedMatrix;
import io.tesserae.kernel.WeightMatrix;
import io.tesserae.tensor.Precision;
import io.tesserae.tensor.StoredTensor;
import java.util.List;

/**
 * The weights of layers of one shape, read as one matrix: their outputs lie side by side, so their rows follow each other.
 *
 * @param weights of the parts, each {@code [outFeatures, inFeatures]}
 * @param outFeatures of each part
 */
record SideBySide(Engine engine, List<StoredTensor> weights, int outFeatures, int inFeatures) {

    /** The matrix {@code [parts · outFeatures, inFeatures]}. */
    WeightMatrix load() {
        List<Precision> precisions =
                weights.stream().map(this::precision).distinct().toList();
        // Parts of different precisions have float32 in common.
        Precision precision = precisions.size() == 1 ? precisions.getFirst() : Precision.FLOAT32;
        PackedMatrix.RowReader rows = weights.size() == 1 && weights.getFirst().isTransposed()
                ? new StoredByColumns(weights.getFirst(), precision)
                : this::readRows;
        // What is rounded is read at once: a value that is too large is an error of loading.
        boolean rowsStay =
                weights.stream().allMatch(part -> part.staysReadable() && precision(part) == part.precision());
        return WeightMatrix.load(engine.machine(), precision, weights.size() * outFeatures, inFeatures, rows, rowsStay);
    }

    private void readRows(int first, int count, float[] destination) {
        for (int row = first, read; row < first + count; row += read) {
            int within = row % outFeatures;
            read = Math.min(first + count - row, outFeatures - within);
            StoredTensor part = weights.get(row / outFeatures);
            part.readRows(precision(part), within, read, destination, (row - first) * inFeatures);
        }
    }

    /** A weight that is best read as it is stored, the other way round. */
    private record StoredByColumns(StoredTensor weight, Precision precision) implements PackedMatrix.ColumnReader {

        @Override
        public void read(int outFeature, int count, float[] destination) {
            weight.readRows(precision, outFeature, count, destination, 0);
        }

        @Override
        public void readColumns(int inFeature, int count, float[] destination) {
            weight.readColumns(precision, inFeature, count, destination);
        }
    }

    /** What a weight is stored as; where that is float32, what the engine rounds weights to. */
    private Precision precision(StoredTensor weight) {
        return weight.precision() == Precision.FLOAT32 ? engine.weightPrecision() : weight.precision();
    }
}
