package io.tesserae.training.metric;

/** How often the right token was chosen: the next word of a caption, or a masked one. */
public final class TokenAccuracy {

    /** The label of tokens that nobody asked for, as PyTorch's {@code ignore_index}. */
    public static final int IGNORED = -100;

    private TokenAccuracy() {}

    /**
     * The part of the labelled tokens whose prediction is right.
     *
     * @param predictions a token for each place
     * @param labels the right one, or {@link #IGNORED}
     * @return NaN if all are ignored
     * @throws IllegalArgumentException if the arrays differ in length or are empty
     */
    public static double of(int[] predictions, int[] labels) {
        Examples.requireAsMany(predictions.length, labels.length);
        long labelled = 0;
        long correct = 0;
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] != IGNORED) {
                labelled++;
                correct += predictions[i] == labels[i] ? 1 : 0;
            }
        }
        return labelled == 0 ? Double.NaN : (double) correct / labelled;
    }
}
