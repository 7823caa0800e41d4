package io.tesserae.tensor;

import io.tesserae.arguments.Arguments;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Predicate;

/** Some of a source's tensors, by their names. It closes the source. */
public final class SelectedTensors implements TensorSource {

    private final TensorSource whole;
    private final Set<String> names;

    /**
     * Some of a source's tensors.
     *
     * @param selected which, by their names
     */
    public SelectedTensors(TensorSource whole, Predicate<String> selected) {
        this.whole = Arguments.require(whole, "whole");
        Arguments.require(selected, "selected");
        Set<String> some = new LinkedHashSet<>(whole.names());
        some.removeIf(selected.negate());
        this.names = Collections.unmodifiableSet(some);
    }

    @Override
    public Set<String> names() {
        return names;
    }

    @Override
    public long[] shape(String name) {
        return whole.shape(name);
    }

    @Override
    public Precision precision(String name) {
        return whole.precision(name);
    }

    @Override
    public float rowScale(String name, int row) {
        return whole.rowScale(name, row);
    }

    @Override
    public void requireFloatingPoint(String name) {
        whole.requireFloatingPoint(name);
    }

    @Override
    public void read(String name, long first, float[] destination, int offset, int count) {
        whole.read(name, first, destination, offset, count);
    }

    @Override
    public String describe(String name) {
        return whole.describe(name);
    }

    @Override
    public void close() {
        whole.close();
    }
}
