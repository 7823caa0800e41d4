package io.tesserae.pipelines.task;

/**
 * A label and its score.
 *
 * @param label as {@code id2label} names it
 * @param score a probability after softmax or sigmoid, the model's output itself for a regression
 */
public record Classification(String label, float score) {}
