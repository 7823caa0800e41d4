package io.tesserae.kernel;

import io.tesserae.tensor.Activation;

/** What happens to a product's sums while they are still in the first-level cache. */
public sealed interface Epilogue {

    /** The sums as they are. */
    Epilogue NONE = new None();

    /** See {@link #NONE}. */
    record None() implements Epilogue {}

    /** Every sum through an activation. */
    record Activate(Activation activation) implements Epilogue {}

    /**
     * Every sum plus the value at the same place of a residual stream.
     *
     * @param residual {@code [rows, outFeatures]}, row-major
     */
    record AddResidual(float[] residual) implements Epilogue {}

    /**
     * Every sum times its column's scale, plus the value at the same place of a residual stream; rounded once. That is layer
     * scale: Touvron et al., arXiv 2103.17239, section 2.
     *
     * @param scale {@code [outFeatures]}
     * @param residual {@code [rows, outFeatures]}, row-major
     */
    record ScaleAddResidual(float[] scale, float[] residual) implements Epilogue {}
}
