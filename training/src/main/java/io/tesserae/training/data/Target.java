package io.tesserae.training.data;

/** What a classifier is to say of an example. */
public sealed interface Target {

    /**
     * Exactly one label holds.
     *
     * @param id its id
     */
    record OneLabel(int id) implements Target {}

    /**
     * Each label holds or not, by itself.
     *
     * @param held {@code [labels]}, 1 where a label holds, else 0; not copied, and not to be changed
     */
    record ManyLabels(float[] held) implements Target {}

    /**
     * A number.
     *
     * @param value a finite one
     */
    record Value(float value) implements Target {}
}
