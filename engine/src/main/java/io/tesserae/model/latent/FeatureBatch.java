package io.tesserae.model.latent;

import io.tesserae.arguments.Arguments;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * A ragged batch of rows of numbers, whatever they stand for: each sequence has as many rows as it has, and none is padded.
 *
 * @param sequences each {@code [rows, width]}, with 1 row or more, all of one width; not copied
 */
public record FeatureBatch(List<Tensor> sequences) {

    /** Checks that there is something, and that all rows are of one width. */
    public FeatureBatch {
        sequences = List.copyOf(Arguments.requireAll(sequences, "sequences"));
        if (sequences.isEmpty()) {
            throw new IllegalArgumentException("sequences: a batch needs one at least");
        }
        for (Tensor sequence : sequences) {
            boolean isMatrix = sequence.rank() == 2 && sequence.size() > 0;
            if (!isMatrix || sequence.dimension(1) != sequences.getFirst().dimension(-1)) {
                throw new IllegalArgumentException(
                        "sequences: expected the shape [rows, width], each 1 or more and of one" + " width, found "
                                + sequence);
            }
        }
    }

    /** Sequences that are of one length. */
    public static FeatureBatch of(Tensor features) {
        Arguments.require(features, "features");
        if (features.rank() != 3) {
            throw new IllegalArgumentException(
                    "features: expected the shape [sequences, rows, width], found " + features);
        }
        int rows = features.dimension(1);
        int width = features.dimension(2);
        Tensor[] sequences = new Tensor[features.dimension(0)];
        Arrays.setAll(
                sequences,
                s -> Tensor.of(
                        Arrays.copyOfRange(features.data(), s * rows * width, (s + 1) * rows * width), rows, width));
        return new FeatureBatch(List.of(sequences));
    }

    /** Numbers of a row. */
    public int width() {
        return sequences.getFirst().dimension(1);
    }
}
