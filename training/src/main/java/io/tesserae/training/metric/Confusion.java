package io.tesserae.training.metric;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which class was taken for which, and the scores that follow: scikit-learn's {@code accuracy_score},
 * {@code precision_score}, {@code recall_score}, {@code f1_score} and {@code matthews_corrcoef}.
 *
 * <p>The classes are those that occur, as prediction or as label; a class that does not occur is no part of a mean.
 * What would be a division by zero is 0.
 */
public final class Confusion {

    private final Map<Integer, ClassCounts> classes = new TreeMap<>();
    private final int examples;

    /**
     * Counts the examples.
     *
     * @param predictions the class chosen for each example
     * @param labels the right one
     * @throws IllegalArgumentException if the arrays differ in length or are empty, or a class is negative: examples
     *     without a label, often written −100, are for the caller to leave out
     */
    public Confusion(int[] predictions, int[] labels) {
        Examples.requireAsMany(predictions.length, labels.length);
        examples = labels.length;
        for (int i = 0; i < examples; i++) {
            if (predictions[i] < 0 || labels[i] < 0) {
                throw new IllegalArgumentException("expected classes of 0 and more, found prediction " + predictions[i]
                        + " and label " + labels[i] + " at example " + i + " (counted from 0)");
            }
            int correct = predictions[i] == labels[i] ? 1 : 0;
            classes.merge(predictions[i], new ClassCounts(correct, 1, 0), ClassCounts::plus);
            classes.merge(labels[i], new ClassCounts(0, 0, 1), ClassCounts::plus);
        }
    }

    /** The part of the examples whose class is right. */
    public double accuracy() {
        return (double) correct() / examples;
    }

    /** The part of the predictions of one class that is right. */
    public double precision(int positiveLabel) {
        return counts(positiveLabel).precision();
    }

    /** The part of the examples of one class that was found. */
    public double recall(int positiveLabel) {
        return counts(positiveLabel).recall();
    }

    /** The harmonic mean of one class's precision and recall. */
    public double f1(int positiveLabel) {
        return counts(positiveLabel).f1();
    }

    /** The precision of all classes. */
    public double precision(Average average) {
        return average.of(all(), ClassCounts::precision);
    }

    /** The recall of all classes. */
    public double recall(Average average) {
        return average.of(all(), ClassCounts::recall);
    }

    /** The F1 of all classes. */
    public double f1(Average average) {
        return average.of(all(), ClassCounts::f1);
    }

    /**
     * Matthews' correlation of predictions and labels for any number of classes, from −1 to 1: Gorodkin, 2004,
     * "Comparing two K-category assignments by a K-category correlation coefficient". 0 if all predictions, or all
     * labels, are of one class.
     */
    public double matthewsCorrelation() {
        double square = (double) examples * examples;
        double together = (double) correct() * examples;
        double ofPredictions = square;
        double ofLabels = square;
        for (ClassCounts counts : classes.values()) {
            together -= (double) counts.predicted() * counts.labelled();
            ofPredictions -= (double) counts.predicted() * counts.predicted();
            ofLabels -= (double) counts.labelled() * counts.labelled();
        }
        double scale = Math.sqrt(ofPredictions * ofLabels);
        return scale == 0 ? 0 : Math.clamp(together / scale, -1, 1);
    }

    private long correct() {
        return classes.values().stream().mapToLong(ClassCounts::correct).sum();
    }

    private List<ClassCounts> all() {
        return new ArrayList<>(classes.values());
    }

    private ClassCounts counts(int label) {
        return classes.getOrDefault(label, ClassCounts.NONE);
    }
}
