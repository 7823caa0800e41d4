package io.tesserae.training.data;

/**
 * A text, or two, and what a classifier is to say of it.
 *
 * @param text the tokens
 * @param target the label, the labels or the number
 */
public record TextClassificationExample(EncodedText text, Target target) {}
