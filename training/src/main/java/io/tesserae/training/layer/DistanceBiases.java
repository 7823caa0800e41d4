package io.tesserae.training.layer;

import io.tesserae.tensor.Tensor;
import io.tesserae.training.layer.ScaledDotProduct.Distances;
import io.tesserae.training.tape.Parameter;
import io.tesserae.training.tape.Tape;
import java.util.function.IntUnaryOperator;

/**
 * What attention adds to its scores by the distance from query to key, a number for each bucket of distances and each head: Raffel et al.,
 * arXiv 1910.10683, section 2.1. One table may serve all layers; its gradient is the sum of theirs.
 *
 * <pre>
 * biases[head, distance] = table[bucket(distance), head]
 * dtable[b, head]        = Σ dbiases[head, distance]      over the distances of bucket b
 * </pre>
 *
 * @param table {@code [buckets, heads]}
 * @param bucket from a distance, {@code key − place}, to its bucket
 */
public record DistanceBiases(Parameter table, IntUnaryOperator bucket) {

    /**
     * The biases of all distances that occur in a batch.
     *
     * @param longest tokens of its longest sequence
     */
    public Distances forward(Tape tape, int longest) {
        int heads = heads();
        int reach = Math.max(0, longest - 1);
        int distances = 2 * reach + 1;
        Tensor biases = tape.take(heads, distances);
        for (int i = 0; i < distances; i++) {
            int row = bucket.applyAsInt(i - reach) * heads;
            for (int head = 0; head < heads; head++) {
                biases.data()[head * distances + i] = table.data()[row + head];
            }
        }
        return new Distances(tape.record(biases, table.isTrained(), gradient -> backward(gradient, reach)), reach);
    }

    private void backward(Tensor dBiases, int reach) {
        int heads = heads();
        int distances = 2 * reach + 1;
        float[] dTable = table.gradient().toAddTo().data();
        for (int i = 0; i < distances; i++) {
            int row = bucket.applyAsInt(i - reach) * heads;
            for (int head = 0; head < heads; head++) {
                dTable[row + head] += dBiases.data()[head * distances + i];
            }
        }
    }

    private int heads() {
        return table.value().dimension(1);
    }
}
