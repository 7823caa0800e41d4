package io.tesserae.pipelines.sentence;

/**
 * How well the second text of a pair fits the first, and whether all of both was read.
 *
 * @param score the higher, the better
 * @param truncatedTokens how many tokens were cut off because the pair was too long for the model; 0 for most
 */
public record PairScore(float score, int truncatedTokens) {}
