package io.tesserae.loaders.label;

/**
 * A label, and how sure a model is of it.
 *
 * @param label from {@code id2label}
 * @param score a probability
 */
public record ScoredLabel(String label, float score) {}
