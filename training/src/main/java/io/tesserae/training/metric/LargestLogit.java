package io.tesserae.training.metric;

import io.tesserae.training.failure.TrainingException;

/** The class that a classifier chooses: the one with the largest logit, the first of several. */
public final class LargestLogit {

    private LargestLogit() {}

    /**
     * The choice for each example.
     *
     * @param logits {@code [examples, classes]}
     * @throws TrainingException if a logit is not a number: no class is the largest then
     */
    public static int[] of(float[][] logits) {
        int[] choices = new int[logits.length];
        for (int i = 0; i < choices.length; i++) {
            choices[i] = of(logits[i], i);
        }
        return choices;
    }

    private static int of(float[] logits, int example) {
        if (logits.length == 0) {
            throw new IllegalArgumentException("expected a logit for each class, found none for example " + example);
        }
        int largest = 0;
        for (int i = 0; i < logits.length; i++) {
            if (Float.isNaN(logits[i])) {
                throw new TrainingException("expected logits to choose a class from, found NaN for class " + i
                        + " of example " + example
                        + " (counted from 0): the weights have diverged; train with a smaller"
                        + " learning rate");
            }
            if (logits[i] > logits[largest]) {
                largest = i;
            }
        }
        return largest;
    }
}
