package io.tesserae.tensor;

import io.tesserae.arguments.Arguments;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The part of a source whose names begin alike, by what follows: the checkpoint of a model inside another. It does not close the source,
 * which has other parts.
 */
public final class TensorsBelow implements TensorSource {

    private final TensorSource whole;
    private final String prefix;
    private final Set<String> names;

    /**
     * A part of a source.
     *
     * @param prefix what the names begin with, {@code encoder.}
     */
    public TensorsBelow(TensorSource whole, String prefix) {
        this.whole = Arguments.require(whole, "whole");
        this.prefix = Arguments.require(prefix, "prefix");
        Set<String> below = new LinkedHashSet<>();
        for (String name : whole.names()) {
            if (name.startsWith(prefix)) {
                below.add(name.substring(prefix.length()));
            }
        }
        this.names = Collections.unmodifiableSet(below);
    }

    @Override
    public Set<String> names() {
        return names;
    }

    @Override
    public long[] shape(String name) {
        return whole.shape(prefix + name);
    }

    @Override
    public Precision precision(String name) {
        return whole.precision(prefix + name);
    }

    @Override
    public float rowScale(String name, int row) {
        return whole.rowScale(prefix + name, row);
    }

    @Override
    public void requireFloatingPoint(String name) {
        whole.requireFloatingPoint(prefix + name);
    }

    @Override
    public void read(String name, long first, float[] destination, int offset, int count) {
        whole.read(prefix + name, first, destination, offset, count);
    }

    @Override
    public String describe(String name) {
        return whole.describe(prefix + name);
    }

    /** Does nothing. */
    @Override
    public void close() {}
}
