package io.tesserae.training.metric;

/** What every measure asks of the examples it is given. */
final class Examples {

    private Examples() {}

    /** @throws IllegalArgumentException if there are none, or not as many predictions as labels */
    static void requireAsMany(int predictions, int labels) {
        if (predictions != labels) {
            throw new IllegalArgumentException("expected a prediction for each label, found " + predictions
                    + " predictions for " + labels + " labels");
        }
        if (labels == 0) {
            throw new IllegalArgumentException("expected examples to measure, found none");
        }
    }
}
