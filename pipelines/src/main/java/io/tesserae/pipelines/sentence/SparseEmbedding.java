package io.tesserae.pipelines.sentence;

import io.tesserae.model.SparseVector;

/**
 * The words of a text's sparse vector, and whether all of the text is in it.
 *
 * @param vector over the vocabulary
 * @param tokens how many tokens the model read, special tokens and a prompt's included
 * @param truncatedTokens how many tokens were cut off because the text was too long for the model; 0 for most
 */
public record SparseEmbedding(SparseVector vector, int tokens, int truncatedTokens) {}
