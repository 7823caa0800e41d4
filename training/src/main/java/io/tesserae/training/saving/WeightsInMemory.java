package io.tesserae.training.saving;

import io.tesserae.arguments.Arguments;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorSource;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Tensors in memory as a source of weights, so that a model for inference can be loaded from those that are trained.
 *
 * <p>Models read their weights when they first need them, and rows of embedding tables whenever they need them. Who goes on training
 * takes {@link #copyOf}; a view is for who does not, until the model is closed.
 */
public final class WeightsInMemory implements TensorSource {

    private final SequencedMap<String, Tensor> tensors;
    private volatile boolean closed;

    private WeightsInMemory(SequencedMap<String, Tensor> tensors) {
        this.tensors = tensors;
    }

    /** A view: the tensors must not change while the source is open. */
    public static WeightsInMemory viewOf(SequencedMap<String, Tensor> tensors) {
        Arguments.require(tensors, "tensors");
        return new WeightsInMemory(Collections.unmodifiableSequencedMap(new LinkedHashMap<>(tensors)));
    }

    /** A copy of the tensors as they are now. */
    public static WeightsInMemory copyOf(SequencedMap<String, Tensor> tensors) {
        SequencedMap<String, Tensor> copies = new LinkedHashMap<>();
        Arguments.require(tensors, "tensors").forEach((name, tensor) -> copies.put(name, tensor.copy()));
        return new WeightsInMemory(Collections.unmodifiableSequencedMap(copies));
    }

    @Override
    public Set<String> names() {
        return tensors.sequencedKeySet();
    }

    @Override
    public long[] shape(String name) {
        return Arrays.stream(tensor(name).shape()).asLongStream().toArray();
    }

    @Override
    public void requireFloatingPoint(String name) {
        tensor(name); // all are
    }

    @Override
    public void read(String name, long first, float[] destination, int offset, int count) {
        Tensor tensor = tensor(name);
        if (closed) {
            throw new IllegalStateException(describe(name) + " cannot be read: the source is closed");
        }
        Objects.checkFromIndexSize(first, count, (long) tensor.size());
        Objects.checkFromIndexSize(offset, count, Arguments.require(destination, "destination").length);
        System.arraycopy(tensor.data(), (int) first, destination, offset, count);
    }

    @Override
    public String describe(String name) {
        return "tensor \"" + Arguments.require(name, "name") + "\" in memory";
    }

    /** Ends the reading; the tensors stay the caller's. */
    @Override
    public void close() {
        closed = true;
    }

    private Tensor tensor(String name) {
        Tensor tensor = tensors.get(Arguments.require(name, "name"));
        if (tensor == null) {
            throw new IllegalArgumentException("no " + describe(name) + " among " + tensors.size());
        }
        return tensor;
    }

    /** How many tensors there are. */
    @Override
    public String toString() {
        return tensors.size() + " tensors in memory";
    }
}
