package io.tesserae.training.tape;

import io.tesserae.tensor.Tensor;

/** A weight that is trained, by the name that it has in the state dict; where layers are tied, they share one. */
public final class Parameter {

    private final String name;
    private final Tensor value;
    private final Gradient gradient;
    private Memory memory; // of the gradient; null for its own
    private boolean frozen;
    private boolean ofNorm;

    /**
     * A parameter.
     *
     * @param name in the state dict
     * @param value its values, which training changes
     */
    public Parameter(String name, Tensor value) {
        this.name = name;
        this.value = value;
        this.gradient = new Gradient(this::memoryOfGradient);
    }

    private Tensor memoryOfGradient() {
        int[] shape = value.shape();
        return memory == null ? Tensor.zeros(shape) : Tensor.of(memory.take(value.size()), shape);
    }

    /** Takes memory for the gradient from what steps use again and again; without this, it has its own. */
    public void takeGradientFrom(Memory memory) {
        clearGradient();
        this.memory = memory;
    }

    /** Its name in the state dict: {@code distilbert.embeddings.word_embeddings.weight}. */
    public String name() {
        return name;
    }

    /** Its values. */
    public Tensor value() {
        return value;
    }

    /** Its values, as kernels read them. */
    public float[] data() {
        return value.data();
    }

    /** Where its gradient gathers, over all batches of a step. */
    public Gradient gradient() {
        return gradient;
    }

    /** Whether it is trained. */
    public boolean isTrained() {
        return !frozen;
    }

    /** Keeps it as it is: no gradient is computed, and no step changes it. */
    public void freeze() {
        frozen = true;
    }

    /** Says that it is a norm's weight or bias, and returns it. */
    public Parameter ofNorm() {
        ofNorm = true;
        return this;
    }

    /** Whether it is a norm's weight or bias. */
    public boolean isOfNorm() {
        return ofNorm;
    }

    /** Forgets the gradient, after a step or before the next; the next forward pass has use for shared memory. */
    public void clearGradient() {
        float[] array = memory == null ? null : gradient.letGo();
        if (array != null) {
            memory.give(array);
        }
        gradient.clear();
    }

    @Override
    public String toString() {
        return name + " " + value;
    }
}
