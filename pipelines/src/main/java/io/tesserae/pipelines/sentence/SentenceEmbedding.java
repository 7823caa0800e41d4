package io.tesserae.pipelines.sentence;

/**
 * The embedding of a text, what it took, and whether all of the text is in it.
 *
 * @param vector {@code [dimensions]}
 * @param tokens how many tokens the model read, special tokens and a prompt's included
 * @param truncatedTokens how many tokens were cut off because the text was too long for the model; 0 for most
 */
public record SentenceEmbedding(float[] vector, int tokens, int truncatedTokens) {}
