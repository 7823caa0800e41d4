package io.tesserae.training.metric;

/**
 * What was decided about one class, or about entities of any type.
 *
 * @param correct how often it was predicted and was the label: true positives
 * @param predicted how often it was predicted
 * @param labelled how often it was the label: its support
 */
record ClassCounts(long correct, long predicted, long labelled) {

    static final ClassCounts NONE = new ClassCounts(0, 0, 0);

    ClassCounts plus(ClassCounts other) {
        return new ClassCounts(correct + other.correct, predicted + other.predicted, labelled + other.labelled);
    }

    /** The part of the predictions that is right; 0 if there are none. */
    double precision() {
        return ratio(correct, predicted);
    }

    /** The part of the labels that was found; 0 if there are none. */
    double recall() {
        return ratio(correct, labelled);
    }

    /** The harmonic mean of precision and recall; 0 if both are. */
    double f1() {
        return ratio(2 * correct, predicted + labelled);
    }

    private static double ratio(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }
}
