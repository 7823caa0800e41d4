package io.tesserae.training.metric;

/** How far predicted numbers are from the right ones. */
public final class RegressionError {

    private RegressionError() {}

    /**
     * The mean of the squared differences: scikit-learn's {@code mean_squared_error}.
     *
     * @throws IllegalArgumentException if the arrays differ in length or are empty
     */
    public static double meanSquared(float[] predictions, float[] labels) {
        Examples.requireAsMany(predictions.length, labels.length);
        double sum = 0;
        for (int i = 0; i < labels.length; i++) {
            double difference = (double) predictions[i] - labels[i];
            sum += difference * difference;
        }
        return sum / labels.length;
    }
}
