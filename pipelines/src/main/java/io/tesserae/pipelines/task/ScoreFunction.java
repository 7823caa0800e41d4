package io.tesserae.pipelines.task;

/** How a model's outputs become scores: transformers' {@code function_to_apply}. */
public enum ScoreFunction {
    /** Probabilities that add up to 1: one label is right. */
    SOFTMAX,
    /** A probability for each label by itself. */
    SIGMOID,
    /** The outputs as they are: a regression. */
    NONE
}
