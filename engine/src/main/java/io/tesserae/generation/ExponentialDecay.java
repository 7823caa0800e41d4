package io.tesserae.generation;

/**
 * How the end of a sequence becomes likelier, {@code exponential_decay_length_penalty}.
 *
 * @param start new tokens without a penalty, 0 or more
 * @param factor what the penalty grows by with each token after these, above 0
 */
public record ExponentialDecay(int start, double factor) {

    public ExponentialDecay {
        if (start < 0 || !(factor > 0 && factor < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("exponential_decay_length_penalty: expected a start of 0 or more and a"
                    + " factor above 0, found " + start + " and " + factor);
        }
    }
}
