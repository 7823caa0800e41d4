package io.tesserae.model.latent;

import io.tesserae.tensor.Tensor;

/** What a model knows of an input that it has read: an array of latents, to be asked as often as you like. Immutable. */
public final class Latents {

    private final Tensor values; // [latents, hidden]; nobody else has it

    /** Takes latents over. */
    Latents(Tensor values) {
        this.values = values;
    }

    /** The numbers, {@code [latents, hidden]}; a copy. */
    public Tensor values() {
        return values.copy();
    }

    /** The numbers themselves. */
    Tensor shared() {
        return values;
    }

    /** The shape. */
    @Override
    public String toString() {
        return values.dimension(0) + " latents of " + values.dimension(1) + " numbers";
    }
}
