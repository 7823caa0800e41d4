package io.tesserae.training.metric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * How well classes are chosen of which an example may have several, or none: scikit-learn's scores of indicator
 * matrices. A class is chosen if its logit is above 0, its probability above one half. What would be a division by zero
 * is 0.
 */
public final class MultiLabelScores {

    private final List<ClassCounts> classes;
    private final double subsetAccuracy;

    /**
     * Compares logits with labels.
     *
     * @param logits {@code [examples, classes]}
     * @param labels {@code [examples, classes]}, 1 where the class is right and 0 where not
     * @throws IllegalArgumentException if the shapes differ, there are no examples, or a label is neither 0 nor 1
     */
    public MultiLabelScores(float[][] logits, float[][] labels) {
        Examples.requireAsMany(logits.length, labels.length);
        classes = new ArrayList<>(Collections.nCopies(labels[0].length, ClassCounts.NONE));
        int right = 0;
        for (int i = 0; i < labels.length; i++) {
            right += count(logits[i], labels[i], i) ? 1 : 0;
        }
        subsetAccuracy = (double) right / labels.length;
    }

    private boolean count(float[] logits, float[] labels, int example) {
        if (logits.length != classes.size() || labels.length != classes.size()) {
            throw new IllegalArgumentException("expected " + classes.size() + " classes as in the first example, found "
                    + logits.length + " logits and " + labels.length + " labels at example " + example
                    + " (counted from 0)");
        }
        boolean allRight = true;
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] != 0 && labels[i] != 1) {
                throw new IllegalArgumentException(
                        "expected labels of 0 and 1, found " + labels[i] + " in " + Arrays.toString(labels));
            }
            boolean chosen = logits[i] > 0;
            boolean labelled = labels[i] == 1;
            ClassCounts counts = new ClassCounts(chosen && labelled ? 1 : 0, chosen ? 1 : 0, labelled ? 1 : 0);
            classes.set(i, classes.get(i).plus(counts));
            allRight &= chosen == labelled;
        }
        return allRight;
    }

    /** The part of the examples whose classes are all right, and none too many. */
    public double accuracy() {
        return subsetAccuracy;
    }

    /** The part of the chosen classes that is right. */
    public double precision(Average average) {
        return average.of(classes, ClassCounts::precision);
    }

    /** The part of the right classes that was chosen. */
    public double recall(Average average) {
        return average.of(classes, ClassCounts::recall);
    }

    /** The harmonic mean of precision and recall. */
    public double f1(Average average) {
        return average.of(classes, ClassCounts::f1);
    }
}
