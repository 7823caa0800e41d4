package io.tesserae.training.metric;

/** Between how many words a language model is undecided, on average. */
public final class Perplexity {

    private Perplexity() {}

    /** e to the power of the mean loss of a token; infinite where that is too large for a double. */
    public static double of(double meanLoss) {
        return StrictMath.exp(meanLoss);
    }
}
