package io.tesserae.layer;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.PackedMatrix;
import io.tesserae.kernel.ParallelKernels;
import io.tesserae.kernel.WeightMatrix;
import io.tesserae.tensor.Precision;
import io.tesserae.tensor.StoredTensor;
import io.tesserae.tensor.Tensor;
import java.util.List;

/**
 * The weights of layers that read the same rows, read as one matrix: their outputs lie side by side, so their rows follow each other.
 *
 * @param weights of the parts, each {@code [its outFeatures, inFeatures]}
 * @param outFeatures of each part
 */
record SideBySide(Engine engine, List<StoredTensor> weights, List<Integer> outFeatures, int inFeatures) {

    /** Of all parts together. */
    int allFeatures() {
        return outFeatures.stream().reduce(0, Math::addExact);
    }

    /** Of each part, if all have the same; otherwise what is side by side counts as one. */
    int featuresOfOne() {
        return outFeatures.stream().distinct().count() == 1 ? outFeatures.getFirst() : allFeatures();
    }

    /** The biases of all parts, {@code [outFeatures of all parts]} and what pads them; zeros where there are none. */
    float[] bias(List<Tensor> biases) {
        float[] bias = ParallelKernels.paddedBias(engine.machine(), allFeatures());
        int column = 0;
        for (Tensor part : biases) {
            System.arraycopy(part.data(), 0, bias, column, part.data().length);
            column += part.data().length;
        }
        return bias;
    }

    /** The matrix {@code [outFeatures of all parts, inFeatures]}. */
    WeightMatrix load() {
        List<Precision> precisions =
                weights.stream().map(this::precision).distinct().toList();
        // Parts of different precisions have float32 in common.
        Precision precision = precisions.size() == 1 ? precisions.getFirst() : Precision.FLOAT32;
        boolean byColumns = weights.size() == 1 && weights.getFirst().isTransposed() && precision != Precision.INT8;
        PackedMatrix.RowReader rows =
                byColumns ? new StoredByColumns(weights.getFirst(), precision) : new StoredByRows(this);
        // What is rounded is read at once: a value that is too large is an error of loading.
        // Weights of 8 bits are packed at once too: a sum of codes, scaled at its end, is not that of the products.
        boolean rowsStay = precision != Precision.INT8
                && weights.stream().allMatch(part -> part.staysReadable() && precision(part) == part.precision());
        return WeightMatrix.load(engine.machine(), precision, allFeatures(), inFeatures, rows, rowsStay);
    }

    /** The rows of all parts. */
    private record StoredByRows(SideBySide parts) implements PackedMatrix.RowReader {

        @Override
        public void read(int outFeature, int count, float[] destination) {
            parts.readRows(outFeature, count, destination);
        }

        @Override
        public float scale(int outFeature) {
            int part = 0;
            int row = outFeature;
            while (row >= parts.outFeatures.get(part)) {
                row -= parts.outFeatures.get(part++);
            }
            return parts.weights.get(part).rowScale(row);
        }
    }

    private void readRows(int first, int count, float[] destination) {
        int end = first + count;
        for (int part = 0, start = 0; part < weights.size() && start < end; part++) {
            int endOfPart = start + outFeatures.get(part);
            int from = Math.max(first, start);
            int to = Math.min(end, endOfPart);
            if (from < to) {
                StoredTensor weight = weights.get(part);
                int offset = (from - first) * inFeatures;
                Precision precision = precision(weight);
                // A row of 8 bits is rounded where it is packed: all of it, by its scale.
                Precision rounded = precision == Precision.INT8 ? Precision.FLOAT32 : precision;
                weight.readRows(rounded, from - start, to - from, destination, offset);
            }
            start = endOfPart;
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

    /** What a weight is stored as; where the engine rounds to fewer bits, that. */
    private Precision precision(StoredTensor weight) {
        boolean fewer = weight.precision() == Precision.FLOAT32 || engine.weightPrecision() == Precision.INT8;
        return fewer ? engine.weightPrecision() : weight.precision();
    }
}
