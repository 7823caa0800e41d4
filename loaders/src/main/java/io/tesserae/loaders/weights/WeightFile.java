package io.tesserae.loaders.weights;

import io.tesserae.loaders.safetensors.TensorEntry;
import io.tesserae.tensor.TensorSource;
import java.util.Collection;

/**
 * One open file of weights, of whatever format.
 *
 * @param tensors what is in it; printed as its path
 * @param entries what the file says about each tensor, in the order of the names
 */
public record WeightFile(TensorSource tensors, Collection<TensorEntry> entries) implements AutoCloseable {

    @Override
    public void close() {
        tensors.close();
    }

    /** Its path. */
    @Override
    public String toString() {
        return tensors.toString();
    }
}
