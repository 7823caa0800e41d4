package io.tesserae.training.data;

/**
 * Two texts and how near they are to each other.
 *
 * @param first a text
 * @param second the other
 * @param score a finite number; cosines are learnt from -1 to 1
 */
public record ScoredPair(EncodedText first, EncodedText second, float score) {}
