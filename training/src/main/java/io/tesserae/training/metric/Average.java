package io.tesserae.training.metric;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** How the scores of several classes become one, as scikit-learn's {@code average}. */
public enum Average {
    /** The mean over the classes, each counting alike. */
    MACRO,
    /** The score of all decisions counted together. */
    MICRO,
    /** The mean over the classes, each counting as often as it is the label. */
    WEIGHTED;

    /** One score for these classes; 0 where nothing could be counted. */
    double of(List<ClassCounts> classes, ToDoubleFunction<ClassCounts> score) {
        return switch (this) {
            case MACRO -> mean(classes, score);
            case MICRO -> score.applyAsDouble(classes.stream().reduce(ClassCounts.NONE, ClassCounts::plus));
            case WEIGHTED -> {
                double sum = 0;
                long weights = 0;
                for (ClassCounts counts : classes) {
                    sum += score.applyAsDouble(counts) * counts.labelled();
                    weights += counts.labelled();
                }
                yield weights == 0 ? 0 : sum / weights;
            }
        };
    }

    /** A plain loop: a stream's compensated sum is not in the order of the classes. */
    private static double mean(List<ClassCounts> classes, ToDoubleFunction<ClassCounts> score) {
        double sum = 0;
        for (ClassCounts counts : classes) {
            sum += score.applyAsDouble(counts);
        }
        return sum / classes.size();
    }
}
