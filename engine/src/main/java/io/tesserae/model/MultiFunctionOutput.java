package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.tensor.Tensor;
import java.util.List;

/**
 * What a {@link MultiFunctionEncoder} makes of a batch.
 *
 * @param dense {@code [sequences, dimensions]}
 * @param sparse of each sequence
 * @param multiVector {@code [tokens, dimensions of a token's vector]}, of all tokens, the first of each sequence included
 */
public record MultiFunctionOutput(Tensor dense, List<SparseVector> sparse, Tensor multiVector) {

    /** Checks that nothing is missing. */
    public MultiFunctionOutput {
        Arguments.require(dense, "dense");
        sparse = List.copyOf(Arguments.requireAll(sparse, "sparse"));
        Arguments.require(multiVector, "multiVector");
    }
}
